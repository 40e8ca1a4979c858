"""The tables of distribution, one file per noun."""

from backend.distribution.models.allocations import Allocation
from backend.distribution.models.beneficiaries import Beneficiary, BeneficiaryRead, CriterionCheck
from backend.distribution.models.hand_overs import HandOver, Return
from backend.distribution.models.programmes import Programme
from backend.distribution.models.requests import Request, RequestLine
from backend.distribution.models.support import SupportCase

__all__ = [
    "Allocation",
    "Beneficiary",
    "BeneficiaryRead",
    "CriterionCheck",
    "HandOver",
    "Programme",
    "Request",
    "RequestLine",
    "Return",
    "SupportCase",
]
