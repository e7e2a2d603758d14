"""Who runs the site: curators, observers and operators, and how someone becomes one."""
