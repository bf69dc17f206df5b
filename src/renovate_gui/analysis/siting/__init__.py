"""Siting: where new places of a service reach most people, proven or with the distance to the best possible named.

Two answers to every question: a first one at once (greedy, then vertex substitution after Teitz & Bart), and an exact one
by HiGHS, which also gives a bound. See docs/methods.md, "Siting".
"""
