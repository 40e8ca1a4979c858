"""Kinds of organisations, their legal types, roles."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class OrganisationKind(models.TextChoices):
    """What an organisation does in the chain."""

    COORDINATION = "coordination", _("Coordination")
    DONOR = "donor", _("Donor")
    WORKSHOP = "workshop", _("Workshop")
    STRUCTURE = "structure", _("Social structure")


class LegalType(models.TextChoices):
    """What an organisation is in law: public donors have rules of their own."""

    COMPANY = "company", _("Company")
    PUBLIC_BODY = "public_body", _("Public body")
    ASSOCIATION = "association", _("Association")
    INDIVIDUAL = "individual", _("Individual")


class Role(models.TextChoices):
    """What a person does for an organisation."""

    COORDINATOR = "coordinator", _("Coordinator")
    DONOR_CONTACT = "donor_contact", _("Donor contact")
    TECHNICIAN = "technician", _("Technician")
    WORKSHOP_MANAGER = "workshop_manager", _("Workshop manager")
    COUNSELLOR = "counsellor", _("Counsellor")
    STRUCTURE_MANAGER = "structure_manager", _("Structure manager")
    AUDITOR = "auditor", _("Auditor")


ROLES_OF = {
    OrganisationKind.COORDINATION: {Role.COORDINATOR, Role.AUDITOR},
    OrganisationKind.DONOR: {Role.DONOR_CONTACT, Role.AUDITOR},
    OrganisationKind.WORKSHOP: {Role.TECHNICIAN, Role.WORKSHOP_MANAGER, Role.AUDITOR},
    OrganisationKind.STRUCTURE: {Role.COUNSELLOR, Role.STRUCTURE_MANAGER, Role.AUDITOR},
}
