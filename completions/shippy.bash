#!/bin/bash

__shippy_cursor_index_in_current_word() {
    local remaining="${COMP_LINE}"

    local word
    for word in "${COMP_WORDS[@]::COMP_CWORD}"; do
        remaining="${remaining##*([[:space:]])"${word}"*([[:space:]])}"
    done

    local -ir index="$((COMP_POINT - ${#COMP_LINE} + ${#remaining}))"
    if [[ "${index}" -le 0 ]]; then
        printf 0
    else
        printf %s "${index}"
    fi
}

# positional arguments:
#
# - 1: the current (sub)command's count of positional arguments
#
# required variables:
#
# - repeating_flags: the repeating flags that the current (sub)command can accept
# - non_repeating_flags: the non-repeating flags that the current (sub)command can accept
# - repeating_options: the repeating options that the current (sub)command can accept
# - non_repeating_options: the non-repeating options that the current (sub)command can accept
# - positional_number: value ignored
# - unparsed_words: unparsed words from the current command line
#
# modified variables:
#
# - non_repeating_flags: remove flags for this (sub)command that are already on the command line
# - non_repeating_options: remove options for this (sub)command that are already on the command line
# - positional_number: set to the current positional number
# - unparsed_words: remove all flags, options, and option values for this (sub)command
__shippy_offer_flags_options() {
    local -ir positional_count="${1}"
    positional_number=0

    local was_flag_option_terminator_seen=false
    local is_parsing_option_value=false

    local -ar unparsed_word_indices=("${!unparsed_words[@]}")
    local -i word_index
    for word_index in "${unparsed_word_indices[@]}"; do
        if "${is_parsing_option_value}"; then
            # This word is an option value:
            # Reset marker for next word iff not currently the last word
            [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]] && is_parsing_option_value=false
            unset "unparsed_words[${word_index}]"
            # Do not process this word as a flag or an option
            continue
        fi

        local word="${unparsed_words["${word_index}"]}"
        if ! "${was_flag_option_terminator_seen}"; then
            case "${word}" in
            --)
                unset "unparsed_words[${word_index}]"
                # by itself -- is a flag/option terminator, but if it is the last word, it is the start of a completion
                if [[ "${word_index}" -ne "${unparsed_word_indices[${#unparsed_word_indices[@]} - 1]}" ]]; then
                    was_flag_option_terminator_seen=true
                fi
                continue
                ;;
            -*)
                # ${word} is a flag or an option
                # If ${word} is an option, mark that the next word to be parsed is an option value
                local option
                for option in "${repeating_options[@]}" "${non_repeating_options[@]}"; do
                    [[ "${word}" = "${option}" ]] && is_parsing_option_value=true && break
                done

                # Remove ${word} from ${non_repeating_flags} or ${non_repeating_options} so it isn't offered again
                local not_found=true
                local -i index
                for index in "${!non_repeating_flags[@]}"; do
                    if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                        unset "non_repeating_flags[${index}]"
                        non_repeating_flags=("${non_repeating_flags[@]}")
                        not_found=false
                        break
                    fi
                done
                if "${not_found}"; then
                    for index in "${!non_repeating_flags[@]}"; do
                        if [[ "${non_repeating_flags[${index}]}" = "${word}" ]]; then
                            unset "non_repeating_flags[${index}]"
                            non_repeating_flags=("${non_repeating_flags[@]}")
                            break
                        fi
                    done
                fi
                unset "unparsed_words[${word_index}]"
                continue
                ;;
            esac
        fi

        # ${word} is neither a flag, nor an option, nor an option value
        if [[ "${positional_number}" -lt "${positional_count}" || "${positional_count}" -lt 0 ]]; then
            # ${word} is a positional
            ((positional_number++))
            unset "unparsed_words[${word_index}]"
        else
            if [[ -z "${word}" ]]; then
                # Could be completing a flag, option, or subcommand
                positional_number=-1
            else
                # ${word} is a subcommand or invalid, so stop processing this (sub)command
                positional_number=-2
            fi
            break
        fi
    done

    unparsed_words=("${unparsed_words[@]}")

    if\
        ! "${was_flag_option_terminator_seen}"\
        && ! "${is_parsing_option_value}"\
        && [[ ("${cur}" = -* && "${positional_number}" -ge 0) || "${positional_number}" -eq -1 ]]
    then
        COMPREPLY+=($(compgen -W "${repeating_flags[*]} ${non_repeating_flags[*]} ${repeating_options[*]} ${non_repeating_options[*]}" -- "${cur}"))
    fi
}

__shippy_add_completions() {
    local completion
    while IFS='' read -r completion; do
        COMPREPLY+=("${completion}")
    done < <(IFS=$'\n' compgen "${@}" -- "${cur}")
}

__shippy_custom_complete() {
    if [[ -n "${cur}" || -z ${COMP_WORDS[${COMP_CWORD}]} || "${COMP_LINE:${COMP_POINT}:1}" != ' ' ]]; then
        local -ar words=("${COMP_WORDS[@]}")
    else
        local -ar words=("${COMP_WORDS[@]::${COMP_CWORD}}" '' "${COMP_WORDS[@]:${COMP_CWORD}}")
    fi

    "${COMP_WORDS[0]}" "${@}" "${words[@]}"
}

_shippy() {
    local state
    state="$(shopt -p;shopt -po)"
    trap "${state//$'\n'/;}" RETURN
    shopt -s extglob
    set +o history +o posix

    local -xr SAP_SHELL=bash
    local -x SAP_SHELL_VERSION
    SAP_SHELL_VERSION="$(IFS='.';printf %s "${BASH_VERSINFO[*]}")"
    local -r SAP_SHELL_VERSION

    local -r cur="${2}"
    local -r prev="${3}"

    local -i positional_number
    local -a unparsed_words=("${COMP_WORDS[@]:1:${COMP_CWORD}}")

    local -a repeating_flags=()
    local -a non_repeating_flags=(--version -h --help)
    local -a repeating_options=()
    local -a non_repeating_options=()
    __shippy_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    up|serve|user|events|mail|registry|status|config|help)
        # Offer subcommand argument completions
        "_shippy_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'up serve user events mail registry status config help' -- "${cur}"))
        ;;
    esac
}

_shippy_up() {
    repeating_flags=()
    non_repeating_flags=(--allow-insecure --version -h --help)
    repeating_options=(--allowed-host --event-subjects)
    non_repeating_options=(--users-http --users-grpc --notificator-grpc --ops --advertise --registry-ttl --mail-domain --bcrypt-cost --store-connections --event-encoding --event-max-age --event-max-bytes --event-replicas --mail-keep --mail-from --templates --mail-attempts --mail-backoff --mail-backoff-max --smtp-deadline --smtp-connections --home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--users-http')
        return
        ;;
    '--users-grpc')
        return
        ;;
    '--notificator-grpc')
        return
        ;;
    '--ops')
        return
        ;;
    '--advertise')
        return
        ;;
    '--allowed-host')
        return
        ;;
    '--registry-ttl')
        return
        ;;
    '--mail-domain')
        return
        ;;
    '--bcrypt-cost')
        return
        ;;
    '--store-connections')
        return
        ;;
    '--event-encoding')
        __shippy_add_completions -W 'json'$'\n''protobuf'$'\n''go-micro'
        return
        ;;
    '--event-max-age')
        return
        ;;
    '--event-max-bytes')
        return
        ;;
    '--event-subjects')
        return
        ;;
    '--event-replicas')
        return
        ;;
    '--mail-keep')
        return
        ;;
    '--mail-from')
        return
        ;;
    '--templates')
        __shippy_add_completions -d
        return
        ;;
    '--mail-attempts')
        return
        ;;
    '--mail-backoff')
        return
        ;;
    '--mail-backoff-max')
        return
        ;;
    '--smtp-deadline')
        return
        ;;
    '--smtp-connections')
        return
        ;;
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_shippy_serve() {
    repeating_flags=()
    non_repeating_flags=(--allow-insecure --version -h --help)
    repeating_options=(--allowed-host --event-subjects)
    non_repeating_options=(--users-http --users-grpc --notificator-grpc --ops --advertise --registry-ttl --mail-domain --bcrypt-cost --store-connections --event-encoding --event-max-age --event-max-bytes --event-replicas --mail-keep --mail-from --templates --mail-attempts --mail-backoff --mail-backoff-max --smtp-deadline --smtp-connections --home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--users-http')
        return
        ;;
    '--users-grpc')
        return
        ;;
    '--notificator-grpc')
        return
        ;;
    '--ops')
        return
        ;;
    '--advertise')
        return
        ;;
    '--allowed-host')
        return
        ;;
    '--registry-ttl')
        return
        ;;
    '--mail-domain')
        return
        ;;
    '--bcrypt-cost')
        return
        ;;
    '--store-connections')
        return
        ;;
    '--event-encoding')
        __shippy_add_completions -W 'json'$'\n''protobuf'$'\n''go-micro'
        return
        ;;
    '--event-max-age')
        return
        ;;
    '--event-max-bytes')
        return
        ;;
    '--event-subjects')
        return
        ;;
    '--event-replicas')
        return
        ;;
    '--mail-keep')
        return
        ;;
    '--mail-from')
        return
        ;;
    '--templates')
        __shippy_add_completions -d
        return
        ;;
    '--mail-attempts')
        return
        ;;
    '--mail-backoff')
        return
        ;;
    '--mail-backoff-max')
        return
        ;;
    '--smtp-deadline')
        return
        ;;
    '--smtp-connections')
        return
        ;;
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W 'users'$'\n''notificator'
        return
        ;;
    esac
}

_shippy_user() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __shippy_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    create|list|get|import|export|delete)
        # Offer subcommand argument completions
        "_shippy_user_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'create list get import export delete' -- "${cur}"))
        ;;
    esac
}

_shippy_user_create() {
    repeating_flags=()
    non_repeating_flags=(--password-stdin --password-prompt --version -h --help)
    repeating_options=()
    non_repeating_options=(--name --company --password-file --idempotency-key --mail-domain --home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--name')
        return
        ;;
    '--company')
        return
        ;;
    '--password-file')
        __shippy_add_completions -f
        return
        ;;
    '--idempotency-key')
        return
        ;;
    '--mail-domain')
        return
        ;;
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_shippy_user_list() {
    repeating_flags=()
    non_repeating_flags=(--all --version -h --help)
    repeating_options=()
    non_repeating_options=(--limit --after --home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--limit')
        return
        ;;
    '--after')
        return
        ;;
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_shippy_user_get() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user get -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_user_import() {
    repeating_flags=()
    non_repeating_flags=(--dry-run --no-mail --version -h --help)
    repeating_options=()
    non_repeating_options=(--format --mail-domain --home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--format')
        __shippy_add_completions -W 'jsonl'$'\n''csv'
        return
        ;;
    '--mail-domain')
        return
        ;;
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_user_export() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--format --home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--format')
        __shippy_add_completions -W 'jsonl'$'\n''csv'
        return
        ;;
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_shippy_user_delete() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user delete -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_events() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __shippy_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    tail|publish|status)
        # Offer subcommand argument completions
        "_shippy_events_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'tail publish status' -- "${cur}"))
        ;;
    esac
}

_shippy_events_tail() {
    repeating_flags=()
    non_repeating_flags=(--all --new --at-end --headers --stats --fail-on-gap --version -h --help)
    repeating_options=(--filter)
    non_repeating_options=(--last --since --from-seq --until --count --idle-timeout --grep --home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--last')
        return
        ;;
    '--since')
        return
        ;;
    '--from-seq')
        return
        ;;
    '--until')
        return
        ;;
    '--count')
        return
        ;;
    '--idle-timeout')
        return
        ;;
    '--filter')
        return
        ;;
    '--grep')
        return
        ;;
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events tail -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_events_publish() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--header)
    non_repeating_options=(--id --home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--header')
        return
        ;;
    '--id')
        return
        ;;
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events publish -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_events_status() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_shippy_mail() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __shippy_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|show|retry|test)
        # Offer subcommand argument completions
        "_shippy_mail_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list show retry test' -- "${cur}"))
        ;;
    esac
}

_shippy_mail_list() {
    repeating_flags=()
    non_repeating_flags=(--all --version -h --help)
    repeating_options=()
    non_repeating_options=(--state --limit --after --home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--state')
        __shippy_add_completions -W 'queued'$'\n''sending'$'\n''sent'$'\n''dead'
        return
        ;;
    '--limit')
        return
        ;;
    '--after')
        return
        ;;
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_shippy_mail_show() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail show -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_mail_retry() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail retry -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_mail_test() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_shippy_registry() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __shippy_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    list|watch|deregister|tui)
        # Offer subcommand argument completions
        "_shippy_registry_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list watch deregister tui' -- "${cur}"))
        ;;
    esac
}

_shippy_registry_list() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion registry list -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_registry_watch() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion registry watch -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_registry_deregister() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion registry deregister -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    2)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion registry deregister -- positional@1 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_registry_tui() {
    repeating_flags=()
    non_repeating_flags=(--once --readonly --version -h --help)
    repeating_options=()
    non_repeating_options=(--probe-interval --home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--probe-interval')
        return
        ;;
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion registry tui -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_status() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_shippy_config() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=()
    __shippy_offer_flags_options 0

    # Offer subcommand / subcommand argument completions
    local -r subcommand="${unparsed_words[0]}"
    unset 'unparsed_words[0]'
    unparsed_words=("${unparsed_words[@]}")
    case "${subcommand}" in
    show|check)
        # Offer subcommand argument completions
        "_shippy_config_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'show check' -- "${cur}"))
        ;;
    esac
}

_shippy_config_show() {
    repeating_flags=()
    non_repeating_flags=(--sources --version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_shippy_config_check() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --store --bus --registry --mailer -o --output --log-level --log-format --color)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--home')
        __shippy_add_completions -d
        return
        ;;
    '--config')
        __shippy_add_completions -f
        return
        ;;
    '--store')
        return
        ;;
    '--bus')
        return
        ;;
    '--registry')
        return
        ;;
    '--mailer')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'
        return
        ;;
    '--log-level')
        __shippy_add_completions -W 'trace'$'\n''debug'$'\n''info'$'\n''notice'$'\n''warning'$'\n''error'$'\n''critical'
        return
        ;;
    '--log-format')
        __shippy_add_completions -W 'text'$'\n''json'
        return
        ;;
    '--color')
        __shippy_add_completions -W 'auto'$'\n''always'$'\n''never'
        return
        ;;
    esac
}

_shippy_help() {
    repeating_flags=()
    non_repeating_flags=(--version)
    repeating_options=()
    non_repeating_options=()
    __shippy_offer_flags_options -1
}

complete -o filenames -F _shippy shippy
