/// What a bundle says about itself, and the program that checks it without ours.
enum BundleText {
  static let keysHead = """
    # The verifier keys that this bundle claims. Do not trust them from here: compare them with what the recorder's
    # operator handed you by another way (`steno keys`).

    """

  static let readme = """
    This is one recorded session, with proof that it is what the recorder's log holds.

      entries/        the log's entries of the session, byte for byte
      parts/          what was recorded: for each body 32 bytes of salt, then the bytes
      proofs/         for each entry its proof of inclusion (C2SP tlog-proof)
      log/            where bodies had been deleted by policy, the log's own entries that say so (tombstone); where the session was
                      still open, the one that says how far it had come (heads); what people noted of it (access)
      checkpoint      the log's signed head (C2SP tlog-checkpoint)
      checkpoint.tsr  a timestamp authority's word on when it saw that head (RFC 3161), where there is one
      rotations/      where the log has changed its key, each change, signed by the key before and by the one after
      keys            the keys that the bundle claims: compare them, do not trust them
      transcript.txt  the session as text, for reading; the proven words are those in parts/

    To check it, get the log's verifier key from the recorder's operator by another way (`steno keys` prints it), put its line
    into a file, and run

      sh verify.sh VKEYFILE

    or, to have the timestamp checked too, with the authority's certificates in PEM, as you have them from elsewhere, and a time
    (seconds since 1970) at which they were good, where they have run out since:

      sh verify.sh VKEYFILE TSAFILE [TIME]

    It needs a POSIX shell, openssl (3.0 or newer) and xxd. Exit status 0: intact; 1: broken; 2: it could not check. Intact means:
    the checkpoint is signed by that key; every entry is in the log that it covers; every body is the one that its entry
    commits to, or was deleted by a policy that the log names; the session is whole, from its start to its end, or, where it was still
    open, to where the log says that it had come, with nothing left out. Without a witness's
    cosignature it does not mean that the log's own operator has not rewritten the log as a whole.

    """

  static let verifier = #"""
    #!/bin/sh
    # Checks this bundle: sh verify.sh VKEYFILE [TSAFILE [TIME]]
    #
    # VKEYFILE: a verifier key of the log, one line NAME+ID+KEY, from a source that you trust (so not from this bundle).
    # TSAFILE: certificates of timestamp authorities in PEM, likewise; TIME: seconds since 1970 at which they were good.
    # Needs a POSIX shell, openssl 3 and xxd. Exit status 0: intact; 1: broken; 2: could not check.
    set -u
    LC_ALL=C
    export LC_ALL
    broken() {
      printf 'broken: %s\n' "$*"
      exit 1
    }
    cannot() {
      printf 'could not check: %s\n' "$*" >&2
      exit 2
    }

    [ $# -ge 1 ] && [ $# -le 3 ] || cannot 'usage: sh verify.sh VKEYFILE [TSAFILE [TIME]]'
    vkey=
    tsa=${2-}
    case $tsa in '' | /*) ;; *) tsa=$PWD/$tsa ;; esac
    attime=${3:+-attime $3}
    case ${3-} in *[!0-9]*) cannot 'TIME is a number of seconds' ;; esac
    [ -z "$tsa" ] || [ -r "$tsa" ] || cannot "$tsa cannot be read"
    [ -r "$1" ] || cannot "$1 cannot be read"
    IFS= read -r vkey <"$1" || [ -n "$vkey" ] || cannot "$1 is empty"
    command -v openssl >/dev/null || cannot 'openssl is not installed'
    command -v xxd >/dev/null || cannot 'xxd is not installed'
    case $0 in */*) cd "${0%/*}" || cannot 'the bundle cannot be entered' ;; esac
    umask 077
    work=${TMPDIR:-/tmp}/verify-$$
    mkdir "$work" || cannot "$work cannot be made"
    trap 'rm -rf "$work"' EXIT
    trap 'exit 2' HUP INT TERM

    sha() { # file
      sum=$(openssl dgst -sha256 -r "$1") || cannot 'openssl cannot hash'
      sum=${sum%% *}
    }
    unbase64() { # text; one line to hexadecimal
      hex=$(printf '%s' "$1" | openssl base64 -d -A 2>/dev/null | xxd -p -c 256)
    }
    node() { # left right, in hexadecimal
      printf '01%s%s' "$1" "$2" | xxd -r -p >"$work/node"
      sha "$work/node"
    }

    usekey() { # verifier key; its ID is the beginning of SHA-256(name, line end, type and key)
      name=${1%%+*}
      rest=${1#*+}
      id=${rest%%+*}
      unbase64 "${rest#*+}"
      key=$hex
      case $key in 01*) ;; *) broken 'the key is not an Ed25519 verifier key' ;; esac
      [ ${#key} -eq 66 ] || broken 'the key is not an Ed25519 verifier key'
      { printf '%s\n' "$name" && printf '%s' "$key" | xxd -r -p; } >"$work/key"
      sha "$work/key"
      case $sum in "$id"*) ;; *) broken "the key's ID is not that of its name and key" ;; esac
      [ ${#id} -eq 8 ] || broken "the key's ID is not that of its name and key"
      printf '302a300506032b6570032100%s' "${key#01}" | xxd -r -p >"$work/public"
    }
    split() { # note, lines of its text: the text, an empty line, signatures
      left=$2
      : >"$work/body"
      {
        while [ "$left" -gt 0 ]; do
          IFS= read -r line || broken "$1: it is cut short"
          printf '%s\n' "$line" >>"$work/body"
          left=$((left - 1))
        done
        IFS= read -r line || broken "$1: it is cut short"
        [ -z "$line" ] || broken "$1: it has more than $2 lines"
        cat >"$work/signatures"
      } <"$1"
    }
    hassigned() { # note; whether the key in use has signed it
      signed=0
      while IFS=' ' read -r dash signer blob more; do
        [ "$dash" = '—' ] && [ -z "$more" ] || broken "$1: a line is no signature"
        [ "$signer" = "$name" ] || continue
        unbase64 "$blob"
        case $hex in "$id"*) ;; *) continue ;; esac
        printf '%s' "${hex#"$id"}" | xxd -r -p >"$work/signature"
        openssl pkeyutl -verify -pubin -keyform DER -inkey "$work/public" -rawin -in "$work/body" \
          -sigfile "$work/signature" >/dev/null 2>&1 || broken "$1: its signature does not verify"
        signed=1
      done <"$work/signatures"
      [ $signed -eq 1 ]
    }

    # The log's keys: each change is signed by the key that goes and by the one that comes, and says from which size on that counts.
    usekey "$vkey"
    due=$vkey known=0 current='' least=0 total=0
    : >"$work/terms"
    number=0
    while file=$(printf 'rotations/%08d' $number) && [ -f "$file" ]; do
      split "$file" 5
      { read -r magic && read -r of && read -r word from && read -r old && read -r new; } <"$work/body"
      [ "$magic" = steno/key-rotation/v1 ] && [ "$word" = from ] || broken "$file: it is no change of key"
      case $old in 'old '*) old=${old#old } ;; *) broken "$file: it is no change of key" ;; esac
      case $new in 'new '*) new=${new#new } ;; *) broken "$file: it is no change of key" ;; esac
      case $from in '' | *[!0-9]* | 0*) broken "$file: it is no change of key" ;; esac
      [ ${#from} -le 18 ] || broken "$file: it is no change of key"
      [ -z "$current" ] || [ "$old" = "$current" ] || broken "$file: it does not follow the change before it"
      [ "$old" != "$new" ] && [ "$from" -gt $least ] || broken "$file: it does not follow the change before it"
      usekey "$old"
      [ "$of" = "$name" ] || broken "$file: it is of another log"
      hassigned "$file" || broken "$file: the key before it has not signed it"
      usekey "$new"
      [ "$of" = "$name" ] || broken "$file: it is of another log"
      hassigned "$file" || broken "$file: the key that it names has not signed it"
      [ "$vkey" != "$old" ] && [ "$vkey" != "$new" ] || known=1
      [ $number -gt 0 ] || due=$old
      printf '%s %s\n' "$from" "$new" >>"$work/terms"
      current=$new least=$from total=$((total + 1))
      number=$((number + 1))
    done
    [ $number -eq 0 ] || [ $known -eq 1 ] || broken 'the key is none of those that the log has had'

    # The checkpoint: three lines, an empty one, signatures.
    [ -r checkpoint ] || broken 'there is no checkpoint'
    split checkpoint 3
    { IFS= read -r origin && IFS= read -r size && IFS= read -r root64; } <"$work/body"
    case $size in '' | *[!0-9]* | 0?*) broken "the checkpoint's size is no number" ;; esac
    [ ${#size} -le 18 ] || broken "the checkpoint's size is no number of records"
    while IFS=' ' read -r from new; do
      [ "$from" -gt "$size" ] || due=$new
    done <"$work/terms"
    usekey "$due"
    [ "$origin" = "$name" ] || broken 'the checkpoint is of another log than the key'
    hassigned checkpoint || broken "the key that counts for $size records has not signed the checkpoint"
    stamped='no timestamp'
    if [ -f checkpoint.tsr ]; then
      stamped='timestamp not checked'
      when=$(openssl ts -reply -in checkpoint.tsr -text 2>/dev/null | sed -n 's/^Time stamp: //p')
      [ -n "$when" ] || broken 'the timestamp token cannot be read'
      if [ -n "$tsa" ]; then
        # Unquoted: two words or none.
        # shellcheck disable=SC2086
        openssl ts -verify -data checkpoint -in checkpoint.tsr -CAfile "$tsa" $attime >/dev/null 2>&1 ||
          broken 'the timestamp token does not verify'
        stamped="timestamped $when"
      fi
    fi
    [ -z "$tsa" ] || [ -f checkpoint.tsr ] || broken 'there is no timestamp token'
    unbase64 "$root64"
    root=$hex
    [ ${#root} -eq 64 ] || broken "the checkpoint's root is no hash"

    # A proof leads from the leaf to the root (RFC 9162, section 2.1.3.2). What one proof has shown, the next need not hash again:
    # n_LEVEL_PLACE is a hash on a way that was verified, s_LEVEL_PLACE the one beside it, as its proof's line.
    include() { # leaf, lines on standard input
      hash=$1 place=$index last=$((size - 1)) level=0 way='' known=0
      while IFS= read -r beside && [ -n "$beside" ]; do
        [ $last -gt 0 ] || broken "$file: the proof is too long"
        eval "n=\${n_${level}_$place-} s=\${s_${level}_$place-}"
        if [ -n "$n" ]; then
          [ $known -eq 1 ] || [ "$n" = "$hash" ] || broken "$file: the entry is not in the log"
          [ "$s" = "$beside" ] || broken "$file: the proof is another one"
          known=1
        elif [ $known -eq 1 ]; then
          broken "$file: the proof is another one"
        fi
        way="$way ${level}_$place"
        if [ $known -eq 0 ]; then
          eval "m_${level}_$place=\$hash t_${level}_$place=\$beside"
          unbase64 "$beside"
          [ ${#hex} -eq 64 ] || broken "$file: a line of the proof is no hash"
        fi
        if [ $((place & 1)) -eq 1 ] || [ $place -eq $last ]; then
          [ $known -eq 1 ] || node "$hex" "$hash"
          while [ $((place & 1)) -eq 0 ] && [ $place -ne 0 ]; do
            place=$((place >> 1)) last=$((last >> 1)) level=$((level + 1))
          done
        else
          [ $known -eq 1 ] || node "$hash" "$hex"
        fi
        [ $known -eq 1 ] || hash=$sum
        place=$((place >> 1)) last=$((last >> 1)) level=$((level + 1))
      done
      [ $last -eq 0 ] || broken "$file: the proof is too short"
      [ $known -eq 1 ] || [ "$hash" = "$root" ] || broken "$file: the entry is not in the log"
      for step in $way; do
        eval "[ -n \"\${n_$step-}\" ] || { n_$step=\$m_$step s_$step=\$t_$step; }"
      done
    }

    # The log's own entries: tombstones, how far open sessions had come, and what people noted.
    prove() { # file, proof; sets leaf and index
      { printf '\000' && cat "$1"; } >"$work/leaf"
      sha "$work/leaf"
      leaf=$sum
      [ -r "$2" ] || broken "$1: its proof is not there"
      {
        IFS= read -r magic && IFS= read -r line || broken "$1: its proof is none"
        [ "$magic" = c2sp.org/tlog-proof@v1 ] || broken "$1: its proof is none"
        case $line in 'index '*) index=${line#index } ;; *) broken "$1: its proof is none" ;; esac
        case $index in '' | *[!0-9]* | 0?*) broken "$1: its proof is none" ;; esac
      [ ${#index} -le 18 ] || broken "$1: its proof is none"
        [ $index -lt $size ] || broken "$1: it is out of order"
        include $leaf
        cat >"$work/note"
      } <"$2"
      cmp -s "$work/note" checkpoint || broken "$1: its proof leads to another checkpoint"
    }
    : >"$work/runs"
    : >"$work/open"
    : >"$work/notes"
    notes=0 noted=-1 own=text
    number=0
    while file=$(printf 'log/%08d' $number) && [ -f "$file" ]; do
      prove "$file" "$file.tlog-proof"
      kind='' of='' time='' text=''
      while IFS=' ' read -r word first second third; do
        case $word in
          kind) kind=$first ;;
          session) of=$first ;;
          t_recv) time=$first ;;
          part)
            own=text
            [ "$kind" != access ] || own=meta
            [ "$first" != $own ] || text=$third
            ;;
        esac
      done <"$file"
      [ "$of" = - ] && [ -n "$text" ] && [ -r "$file.$own" ] || broken "$file: it is none of the log's own"
      sha "$file.$own"
      [ "$sum" = "$text" ] || broken "$file: its $own is not what the entry commits to"
      tail -c +33 "$file.$own" >"$work/text"
      case $kind in
        tombstone)
          policy=''
          while IFS=' ' read -r word first second third; do
            case $word in
              policy) policy=$first ;;
              run) printf '%s %s %s %s\n' "$index" "$first" "$((first + second))" "$policy" >>"$work/runs" ;;
            esac
          done <"$work/text"
          ;;
        heads)
          while IFS=' ' read -r word first second third; do
            [ "$word" != open ] || printf '%s %s %s %s %s\n' "$index" "$first" "$second" "$third" "$time" >>"$work/open"
          done <"$work/text"
          ;;
        access)
          grep -q '"note":{' "$work/text" || broken "$file: it is a look, and no note"
          [ "$index" -gt $noted ] || broken "$file: it stands before the note before it"
          notes=$((notes + 1)) noted=$index
          { cat "$work/text" && printf '\n'; } >>"$work/notes"
          ;;
        *) broken "$file: it is of another kind" ;;
      esac
      total=$((total + 3))
      number=$((number + 1))
    done
    pruned() { # index; sets policy
      while IFS=' ' read -r stone begin end policy; do
        [ "$stone" -gt "$1" ] && [ "$begin" -le "$1" ] && [ "$end" -gt "$1" ] && return 0
      done <"$work/runs"
      return 1
    }

    gone=0
    number=0 session='' before=-1 kind=''
    prev=0000000000000000000000000000000000000000000000000000000000000000
    while file=$(printf 'entries/%08d' $number) && [ -f "$file" ]; do
      short=${file#entries/}
      [ "$kind" != session-end ] || broken "$file: it stands behind the session's end"
      { printf '\000' && cat "$file"; } >"$work/leaf"
      sha "$work/leaf"
      leaf=$sum

      proof=proofs/$short.tlog-proof
      [ -r "$proof" ] || broken "$file: its proof is not there"
      {
        IFS= read -r magic && IFS= read -r line || broken "$file: its proof is none"
        [ "$magic" = c2sp.org/tlog-proof@v1 ] || broken "$file: its proof is none"
        case $line in 'index '*) index=${line#index } ;; *) broken "$file: its proof is none" ;; esac
        case $index in '' | *[!0-9]* | 0?*) broken "$file: its proof is none" ;; esac
        [ ${#index} -le 18 ] || broken "$file: its proof is none"
        [ $index -lt $size ] && [ $index -gt $before ] || broken "$file: it is out of order"
        include $leaf
        cat >"$work/note"
      } <"$proof"
      cmp -s "$work/note" checkpoint || broken "$file: its proof leads to another checkpoint"
      before=$index

      kind='' sseq='' link='' of='' missing=0 stands=0
      while IFS=' ' read -r word first second third; do
        case $word in
          kind) kind=$first ;;
          session) of=$first ;;
          sseq) sseq=$first ;;
          prev) link=$first ;;
          part)
            case $first in '' | *[!a-z-]*) broken "$file: it has a part without a name" ;; esac
            part=parts/$short.$first
            if [ ! -e "$part" ] && [ "$before" -ge 0 ]; then
              case $kind in request | request-more | response | note)
                pruned "$before" && missing=$((missing + 1)) && continue ;;
              esac
            fi
            stands=$((stands + 1))
            [ -r "$part" ] || broken "$file: its $first is not there"
            [ $(($(wc -c <"$part") - 32)) -eq "$second" ] || broken "$file: its $first has another length"
            sha "$part"
            [ "$sum" = "$third" ] || broken "$file: its $first is not what the entry commits to"
            ;;
        esac
      done <"$file"
      [ $missing -eq 0 ] || [ $stands -eq 0 ] || broken "$file: some of its parts are not there"
      [ $missing -eq 0 ] || gone=$((gone + 1))
      [ $number -gt 0 ] || session=$of
      [ "$of" = "$session" ] || broken "$file: it is of another session"
      [ "$sseq" = $number ] || broken "$file: it is entry $sseq of its session"
      [ "$link" = "$prev" ] || broken "$file: it does not follow the entry before it"
      [ $number -gt 0 ] || [ "$kind" = session-start ] || broken "$file: it does not start a session"
      prev=$leaf total=$((total + 2 + stands))
      number=$((number + 1))
    done
    [ $number -gt 0 ] || broken 'there are no entries'
    stray=$(find entries parts proofs log rotations ! -type d 2>/dev/null | wc -l)
    [ "$((stray))" -eq $total ] || broken 'the bundle has files that are none of a bundle'
    [ "$(grep -c -F "\"session\":\"$session\"" "$work/notes")" -eq $notes ] || broken 'there is a note of another session'
    [ $notes -eq 0 ] || printf 'notes of people, as the log has them: %d\n' $notes
    [ $gone -eq 0 ] || printf 'pruned, authorised: the bodies of %d records, by policy %s\n' $gone "$policy"
    # The end's own entry is in the log: its number says how many entries there are, its prev which is the last. Of a session that
    # was open, the log's own heads say it.
    if [ "$kind" != session-end ]; then
      open=''
      while IFS=' ' read -r at of count head time; do
        [ "$at" -gt $before ] && [ "$of" = "$session" ] && [ "$count" = $number ] && [ "$head" = "$prev" ] && open=$time
      done <"$work/open"
      [ -n "$open" ] || broken 'there is no session-end, and the log says nowhere that the session had come so far: its tail was left out'
      printf 'intact so far: session %s was open at %s, complete up to %d records, in a log of %s records signed by %s; %s\n' \
        "$session" "$open" $number "$size" "$name" "$stamped"
      exit 0
    fi
    printf 'intact: session %s, %d records, in a log of %s records signed by %s; %s\n' "$session" $number "$size" "$name" \
      "$stamped"

    """#
}
