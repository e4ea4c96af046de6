#!/bin/sh
# tests/needs.sh GOAL: looks for what `make GOAL` needs beside what comes from PyPI, and names all that is missing at once.
# Root on Debian or Ubuntu gets it installed; anybody else is told what to type. PYTHON is what the virtual environment is made with.
set -eu

goal=$1
python=${PYTHON:-python3}
packages= # what is missing, as Debian's packages are called
sizes=    # the same for people, a line each

# need PACKAGE SIZE COMMAND…: PACKAGE is missing if COMMAND fails. SIZE is what it takes on disk with all it depends on.
need() {
  package=$1
  size=$2
  shift 2
  if ! "$@" > /dev/null 2>&1; then
    packages="${packages} ${package}"
    sizes="${sizes}  ${package}, ${size}
"
  fi
}

# program NAME…: whether one of these is on the PATH.
program() {
  for name in "$@"; do
    if command -v "${name}"; then
      return 0
    fi
  done
  return 1
}

# library NAME: whether programs find it. Only on Linux, elsewhere they bring their own. ldconfig is seldom on a user's PATH.
library() {
  if [ "$(uname)" = Linux ]; then
    PATH="${PATH}:/usr/sbin:/sbin" ldconfig -p | grep -F "$1"
  fi
}

# Whether there is a virtual environment, or one can be made.
virtual_environment() {
  if [ ! -x .venv/bin/python ]; then
    "${python}" -c 'import ensurepip'
  fi
}

need_for_scripts() {
  need bash '7 MB' program bash
  need curl '6 MB' program curl
  need jq '2 MB' program jq
}

need_for_tests() {
  need_for_scripts
  need zsh '20 MB' program zsh
  need dash '1 MB' program dash
  need git '100 MB' program git
}

need_for_browser() {
  need chromium-headless-shell '560 MB (160 MB to download; Chromium and Google Chrome will do as well)' \
    program chromium-headless-shell chromium chromium-browser google-chrome
  need poppler-utils '30 MB' program pdftotext
  need libatomic1 '1 MB' library libatomic.so.1 # for the Node.js that Playwright brings
}

need_for_servers() {
  need libgomp1 '1 MB' library libgomp.so.1 # for llama.cpp
}

# What to type to have the missing packages.
installing() {
  if ! command -v apt-get > /dev/null; then
    echo 'your package manager has them, perhaps under other names'
  elif [ "$(id -u)" = 0 ]; then
    echo "apt-get install --no-install-recommends${packages}"
  else
    echo "sudo apt-get install --no-install-recommends${packages}"
  fi
}

if command -v "${python}" > /dev/null && ! "${python}" -c 'import sys; sys.exit(sys.version_info < (3, 10))'; then
  echo "curlsheet needs Python 3.10 or newer: make PYTHON=python3.12"
  exit 1
fi

need "${python##*/}-venv" '30 MB' virtual_environment
case ${goal} in
  build) ;; # the scripts' programs are asked for below
  check | test-versions)
    need_for_tests
    ;;
  test)
    need_for_tests
    need_for_browser
    ;;
  test-servers | test-xinference)
    need_for_tests
    need_for_servers
    ;;
  *)
    echo "tests/needs.sh: there is no goal ${goal}"
    exit 2
    ;;
esac

if [ -n "${packages}" ]; then
  printf 'make %s needs what is missing here (Debian packages, and what each takes on disk):\n%s' "${goal}" "${sizes}"
  if [ "$(id -u)" != 0 ] || ! command -v apt-get > /dev/null; then
    echo "Install it, then go on: $(installing)"
    exit 1
  fi
  echo "Installing it: $(installing)"
  export DEBIAN_FRONTEND=noninteractive
  apt-get update -qq
  # shellcheck disable=SC2086 # each package is a word of its own
  apt-get install -y -qq --no-install-recommends ${packages} > /dev/null
fi

if [ "${goal}" = build ]; then
  packages=
  need_for_scripts
  if [ -n "${packages}" ]; then
    echo "warning: the scripts in out/ will not run here without${packages}: $(installing)"
  fi
fi
