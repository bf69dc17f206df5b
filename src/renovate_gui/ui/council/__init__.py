"""The pages of the Council stage: what goes out, what came back, votes, meetings."""
