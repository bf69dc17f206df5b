"""What a parcel, a proposal, a reply and a standard is; values without behaviour that needs a disk or a window."""
