"""Proofs of one right for a third party: sealed, shown in part, checked anywhere, withdrawn at will.

    state of a right -> provable() -> issue() -> present() -> proof_code()   on our side
    read_shown() -> verify(keys, status list) -> Verified or Refusal         on anybody's

Plain values in, plain values out: no database, no Django, no clock. See ADR 18.
"""

from cspu.trust.proofs.claims import Claims, Holder, Right, RightState, Source, provable
from cspu.trust.proofs.frame import Frame, load_frame
from cspu.trust.proofs.issuing import IssuedProof, issue, present
from cspu.trust.proofs.keys import (
    SigningKey,
    TrustedKeys,
    issuer_metadata,
    jwks,
    new_signing_key,
    read_jwks,
    read_keys,
    read_public_key,
    read_signing_key,
    trusted,
)
from cspu.trust.proofs.refusals import Refusal
from cspu.trust.proofs.showing import ProofCode, proof_code, read_shown
from cspu.trust.proofs.statuses import (
    StatusList,
    StatusReference,
    draw_index,
    issue_status_list,
    read_status_list,
)
from cspu.trust.proofs.verifying import Verified, status_reference, verify
from cspu.trust.proofs.wording import Statement

__all__ = [
    "Claims",
    "Frame",
    "Holder",
    "IssuedProof",
    "ProofCode",
    "Refusal",
    "Right",
    "RightState",
    "SigningKey",
    "Source",
    "Statement",
    "StatusList",
    "StatusReference",
    "TrustedKeys",
    "Verified",
    "draw_index",
    "issue",
    "issue_status_list",
    "issuer_metadata",
    "jwks",
    "load_frame",
    "new_signing_key",
    "present",
    "proof_code",
    "provable",
    "read_jwks",
    "read_keys",
    "read_public_key",
    "read_shown",
    "read_signing_key",
    "read_status_list",
    "status_reference",
    "trusted",
    "verify",
]
