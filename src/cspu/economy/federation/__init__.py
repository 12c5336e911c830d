"""Federation: hours passed between two instances, in two legs, each signed, each done once.

messages     what instances say to each other: signed, read strictly
books        what the database keeps: partners, crossings, outbox, inbox
worker       sends what is due, decides what came in
transport    how a message reaches a partner
reconciling  both books compared, and what differs
"""
