"""The paths of all pages, for the rules that hold on each."""

PAGES = [
    "/",
    "/accounts/login/",
    "/accounts/register/",
    "/accounts/password/forgot/",
    "/accounts/code/",
    "/dashboard/",
    "/billing/",
    "/inventory/",
    "/accounts/profile/",
    "/accounts/details/",
    "/accounts/security/",
    "/accounts/sessions/",
    "/accounts/activity/",
    "/accounts/tokens/",
    "/accounts/data/",
]
