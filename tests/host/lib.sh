# SPDX-License-Identifier: GPL-2.0
# shellcheck shell=bash
# shellcheck disable=SC2034 # for those who source it
# What the scripts of the test host share. Sourced, never run.

HOST_DIR=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
CACHE=${VSWITCH_CACHE:-${XDG_CACHE_HOME:-${HOME:-/tmp}/.cache}/vswitch}

say() { printf '%s: %s\n' "${0##*/}" "$*" >&2; }
die() { say "$*"; exit 1; }
