"""The practice world: a Stripe, a carrier, a Sendcloud and a mailbox, to try everything and move no money.

It runs as a process of its own with state of its own, so that it can outlive the app, be killed
while it answers, and be reached only the way the real parties are: over the wire.
"""
