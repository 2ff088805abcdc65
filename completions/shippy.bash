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
    up|serve|user|events|mail|registry|auth|session|token|key|audit|story|status|doctor|backup|restore|move|tui|config|context|cert|help)
        # Offer subcommand argument completions
        "_shippy_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'up serve user events mail registry auth session token key audit story status doctor backup restore move tui config context cert help' -- "${cur}"))
        ;;
    esac
}

_shippy_up() {
    repeating_flags=()
    non_repeating_flags=(--allow-insecure --announce-logins --confirm-addresses --version -h --help)
    repeating_options=(--allowed-host --certificate-role --event-subjects)
    non_repeating_options=(--tls-client-ca --users-http --users-grpc --notificator-grpc --ops --advertise --public-url --registry-ttl --access --sign-up --jwt-hs256-key-file --session-lifetime --mail-domain --bcrypt-cost --store-connections --event-encoding --event-max-age --event-max-bytes --event-replicas --audit-keep --mail-keep --mail-from --templates --mail-attempts --mail-backoff --mail-backoff-max --smtp-deadline --smtp-connections --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--tls-client-ca')
        __shippy_add_completions -f
        return
        ;;
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
    '--public-url')
        return
        ;;
    '--registry-ttl')
        return
        ;;
    '--access')
        __shippy_add_completions -W 'local'$'\n''token'
        return
        ;;
    '--sign-up')
        __shippy_add_completions -W 'open'$'\n''closed'
        return
        ;;
    '--jwt-hs256-key-file')
        __shippy_add_completions -f
        return
        ;;
    '--certificate-role')
        return
        ;;
    '--session-lifetime')
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
    '--audit-keep')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion up -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_serve() {
    repeating_flags=()
    non_repeating_flags=(--allow-insecure --announce-logins --confirm-addresses --version -h --help)
    repeating_options=(--allowed-host --certificate-role --event-subjects)
    non_repeating_options=(--tls-client-ca --users-http --users-grpc --notificator-grpc --ops --advertise --public-url --registry-ttl --access --sign-up --jwt-hs256-key-file --session-lifetime --mail-domain --bcrypt-cost --store-connections --event-encoding --event-max-age --event-max-bytes --event-replicas --audit-keep --mail-keep --mail-from --templates --mail-attempts --mail-backoff --mail-backoff-max --smtp-deadline --smtp-connections --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--tls-client-ca')
        __shippy_add_completions -f
        return
        ;;
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
    '--public-url')
        return
        ;;
    '--registry-ttl')
        return
        ;;
    '--access')
        __shippy_add_completions -W 'local'$'\n''token'
        return
        ;;
    '--sign-up')
        __shippy_add_completions -W 'open'$'\n''closed'
        return
        ;;
    '--jwt-hs256-key-file')
        __shippy_add_completions -f
        return
        ;;
    '--certificate-role')
        return
        ;;
    '--session-lifetime')
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
    '--audit-keep')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion serve -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    create|list|get|import|export|update|disable|enable|set-password|reset-password|confirm|set-role|delete)
        # Offer subcommand argument completions
        "_shippy_user_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'create list get import export update disable enable set-password reset-password confirm set-role delete' -- "${cur}"))
        ;;
    esac
}

_shippy_user_create() {
    repeating_flags=()
    non_repeating_flags=(--password-stdin --password-prompt --version -h --help)
    repeating_options=()
    non_repeating_options=(--name --company --password-file --idempotency-key --mail-domain --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user create -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_user_list() {
    repeating_flags=()
    non_repeating_flags=(--newest --count --all --full --version -h --help)
    repeating_options=()
    non_repeating_options=(--match --role --state --since --until -n --limit --after --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--match')
        return
        ;;
    '--role')
        __shippy_add_completions -W 'user'$'\n''reader'$'\n''operator'$'\n''admin'
        return
        ;;
    '--state')
        __shippy_add_completions -W 'active'$'\n''disabled'
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '-n'|'--limit')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user list -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_user_get() {
    repeating_flags=()
    non_repeating_flags=(--full --version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user get -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    non_repeating_flags=(--dry-run --no-mail --keep-ids --version -h --help)
    repeating_options=(--map)
    non_repeating_options=(--format --mail-domain --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--map')
        return
        ;;
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user import -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    non_repeating_flags=(--full --with-password-hashes --version -h --help)
    repeating_options=()
    non_repeating_options=(--format --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user export -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_user_update() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--email --name --company --old-password-file --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--email')
        return
        ;;
    '--name')
        return
        ;;
    '--company')
        return
        ;;
    '--old-password-file')
        __shippy_add_completions -f
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user update -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user update -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_user_disable() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user disable -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user disable -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user disable -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_user_enable() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user enable -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user enable -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_user_set-password() {
    repeating_flags=()
    non_repeating_flags=(--password-stdin --password-prompt --version -h --help)
    repeating_options=()
    non_repeating_options=(--password-file --old-password-file --confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--password-file')
        __shippy_add_completions -f
        return
        ;;
    '--old-password-file')
        __shippy_add_completions -f
        return
        ;;
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user set-password -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user set-password -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user set-password -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_user_reset-password() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user reset-password -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user reset-password -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user reset-password -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_user_confirm() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user confirm -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user confirm -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_user_set-role() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user set-role -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user set-role -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user set-role -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    2)
        __shippy_add_completions -W 'user'$'\n''reader'$'\n''operator'$'\n''admin'
        return
        ;;
    esac
}

_shippy_user_delete() {
    repeating_flags=()
    non_repeating_flags=(-f --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user delete -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion user delete -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    tail|publish|status|dead|export|import)
        # Offer subcommand argument completions
        "_shippy_events_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'tail publish status dead export import' -- "${cur}"))
        ;;
    esac
}

_shippy_events_tail() {
    repeating_flags=()
    non_repeating_flags=(--all --new -f --follow --at-end --headers --local --stats --fail-on-gap --version -h --help)
    repeating_options=(--filter)
    non_repeating_options=(-n --last --since --from-seq --until --count --idle-timeout --grep --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '-n'|'--last')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events tail -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    non_repeating_options=(--id --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 2

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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events publish -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events status -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_events_dead() {
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
    list|show|replay|drop)
        # Offer subcommand argument completions
        "_shippy_events_dead_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list show replay drop' -- "${cur}"))
        ;;
    esac
}

_shippy_events_dead_list() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--group --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--group')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events dead list -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_events_dead_show() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events dead show -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events dead show -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_events_dead_replay() {
    repeating_flags=()
    non_repeating_flags=(--all --version -h --help)
    repeating_options=()
    non_repeating_options=(--group --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--group')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events dead replay -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events dead replay -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_events_dead_drop() {
    repeating_flags=()
    non_repeating_flags=(--all -f --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--group --confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--group')
        return
        ;;
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events dead drop -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events dead drop -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events dead drop -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_events_export() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=(--filter)
    non_repeating_options=(--since --until --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--filter')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events export -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events export -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_events_import() {
    repeating_flags=()
    non_repeating_flags=(--dry-run --no-mail --version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion events import -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    list|show|retry|resend|cancel|preview|test)
        # Offer subcommand argument completions
        "_shippy_mail_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list show retry resend cancel preview test' -- "${cur}"))
        ;;
    esac
}

_shippy_mail_list() {
    repeating_flags=()
    non_repeating_flags=(--newest --all --version -h --help)
    repeating_options=()
    non_repeating_options=(--to --user --state --since --until -n --limit --after --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--to')
        return
        ;;
    '--user')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail list -- --user "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    '--state')
        __shippy_add_completions -W 'queued'$'\n''sending'$'\n''sent'$'\n''dead'$'\n''cancelled'
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '-n'|'--limit')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail list -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_mail_show() {
    repeating_flags=()
    non_repeating_flags=(--body --version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail show -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    non_repeating_flags=(-f --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--state --to --confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--state')
        __shippy_add_completions -W 'queued'$'\n''sending'$'\n''sent'$'\n''dead'$'\n''cancelled'
        return
        ;;
    '--to')
        return
        ;;
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail retry -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail retry -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail retry -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_mail_resend() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--to --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--to')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail resend -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail resend -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_mail_cancel() {
    repeating_flags=()
    non_repeating_flags=(-f --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--state --to --confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--state')
        __shippy_add_completions -W 'queued'$'\n''sending'$'\n''sent'$'\n''dead'$'\n''cancelled'
        return
        ;;
    '--to')
        return
        ;;
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail cancel -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail cancel -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail cancel -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_mail_preview() {
    repeating_flags=()
    non_repeating_flags=(--html --open --version -h --help)
    repeating_options=()
    non_repeating_options=(--user --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--user')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail preview -- --user "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail preview -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W 'welcome'$'\n''message'$'\n''confirm-address'$'\n''reset-password'$'\n''password-changed'$'\n''address-changed'
        return
        ;;
    esac
}

_shippy_mail_test() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion mail test -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion registry list -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion registry watch -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    non_repeating_flags=(-f --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 2

    # Offer option value completions
    case "${prev}" in
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion registry deregister -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion registry deregister -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    non_repeating_options=(--probe-interval --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion registry tui -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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

_shippy_auth() {
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
    login|logout|status|token|reset-password)
        # Offer subcommand argument completions
        "_shippy_auth_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'login logout status token reset-password' -- "${cur}"))
        ;;
    esac
}

_shippy_auth_login() {
    repeating_flags=()
    non_repeating_flags=(--password-stdin --password-prompt --version -h --help)
    repeating_options=()
    non_repeating_options=(--password-file --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--password-file')
        __shippy_add_completions -f
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion auth login -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion auth login -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_auth_logout() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion auth logout -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_auth_status() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion auth status -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_auth_token() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion auth token -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_auth_reset-password() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion auth reset-password -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion auth reset-password -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_session() {
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
    list|revoke)
        # Offer subcommand argument completions
        "_shippy_session_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list revoke' -- "${cur}"))
        ;;
    esac
}

_shippy_session_list() {
    repeating_flags=()
    non_repeating_flags=(--all --version -h --help)
    repeating_options=()
    non_repeating_options=(-n --limit --after --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '-n'|'--limit')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion session list -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion session list -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_session_revoke() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--user --confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--user')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion session revoke -- --user "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion session revoke -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion session revoke -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_token() {
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
    create|list|revoke)
        # Offer subcommand argument completions
        "_shippy_token_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'create list revoke' -- "${cur}"))
        ;;
    esac
}

_shippy_token_create() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--role --expires --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--role')
        __shippy_add_completions -W 'user'$'\n''reader'$'\n''operator'$'\n''admin'
        return
        ;;
    '--expires')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion token create -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_token_list() {
    repeating_flags=()
    non_repeating_flags=(--all --version -h --help)
    repeating_options=()
    non_repeating_options=(-n --limit --after --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '-n'|'--limit')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion token list -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_token_revoke() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion token revoke -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion token revoke -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_key() {
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
    list|rotate|revoke)
        # Offer subcommand argument completions
        "_shippy_key_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list rotate revoke' -- "${cur}"))
        ;;
    esac
}

_shippy_key_list() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion key list -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_key_rotate() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion key rotate -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_key_revoke() {
    repeating_flags=()
    non_repeating_flags=(--all -f --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion key revoke -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion key revoke -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_audit() {
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
    list)
        # Offer subcommand argument completions
        "_shippy_audit_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'list' -- "${cur}"))
        ;;
    esac
}

_shippy_audit_list() {
    repeating_flags=()
    non_repeating_flags=(--all --follow -f --version -h --help)
    repeating_options=()
    non_repeating_options=(--user --actor --action --outcome --since --until --after -n --last --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--user')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion audit list -- --user "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    '--actor')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion audit list -- --actor "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    '--action')
        __shippy_add_completions -W 'audit'$'\n''key'$'\n''mail'$'\n''ops'$'\n''session'$'\n''token'$'\n''user'$'\n''user.create'$'\n''user.import'$'\n''user.export'$'\n''user.get'$'\n''user.list'$'\n''user.update'$'\n''user.set-password'$'\n''user.set-role'$'\n''user.disable'$'\n''user.enable'$'\n''user.delete'$'\n''user.login'$'\n''user.logout'$'\n''user.request-confirmation'$'\n''user.confirm'$'\n''user.request-password-reset'$'\n''user.reset-password'$'\n''user.mail-link'$'\n''session.list'$'\n''session.revoke'$'\n''session.reused'$'\n''token.create'$'\n''token.list'$'\n''token.revoke'$'\n''key.list'$'\n''key.rotate'$'\n''key.revoke'$'\n''mail.send'$'\n''mail.retry'$'\n''mail.resend'$'\n''mail.cancel'$'\n''audit.read'$'\n''ops.ready'$'\n''ops.metrics'
        return
        ;;
    '--outcome')
        __shippy_add_completions -W 'ok'$'\n''refused'$'\n''denied'$'\n''throttled'
        return
        ;;
    '--since')
        return
        ;;
    '--until')
        return
        ;;
    '--after')
        return
        ;;
    '-n'|'--last')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion audit list -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_story() {
    repeating_flags=()
    non_repeating_flags=(--follow -f --version -h --help)
    repeating_options=()
    non_repeating_options=(--since --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--since')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion story -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion story -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_status() {
    repeating_flags=()
    non_repeating_flags=(--check --version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion status -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_doctor() {
    repeating_flags=()
    non_repeating_flags=(--problems --version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion doctor -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_backup() {
    repeating_flags=()
    non_repeating_flags=(--force --dry-run --verify --version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion backup -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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

_shippy_restore() {
    repeating_flags=()
    non_repeating_flags=(--hold-mail --send-mail --dry-run --version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion restore -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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

_shippy_move() {
    repeating_flags=()
    non_repeating_flags=(--online --dry-run --abort --version -h --help)
    repeating_options=()
    non_repeating_options=(--to-store --to-bus --to-registry --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 0

    # Offer option value completions
    case "${prev}" in
    '--to-store')
        return
        ;;
    '--to-bus')
        return
        ;;
    '--to-registry')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion move -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_tui() {
    repeating_flags=()
    non_repeating_flags=(--once --readonly --version -h --help)
    repeating_options=()
    non_repeating_options=(--probe-interval --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 0

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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion tui -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
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
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion config show -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_config_check() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion config check -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_context() {
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
    add|list|use|show|remove)
        # Offer subcommand argument completions
        "_shippy_context_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'add list use show remove' -- "${cur}"))
        ;;
    esac
}

_shippy_context_add() {
    repeating_flags=()
    non_repeating_flags=(--protected --replace -f --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion context add -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion context add -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_context_list() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion context list -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_context_use() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion context use -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion context use -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_context_show() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion context show -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion context show -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_context_remove() {
    repeating_flags=()
    non_repeating_flags=(-f --yes --version -h --help)
    repeating_options=()
    non_repeating_options=(--confirm --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options 1

    # Offer option value completions
    case "${prev}" in
    '--confirm')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion context remove -- --confirm "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion context remove -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    1)
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion context remove -- positional@0 "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
        return
        ;;
    esac
}

_shippy_cert() {
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
    new|show)
        # Offer subcommand argument completions
        "_shippy_cert_${subcommand}"
        ;;
    *)
        # Offer subcommand completions
        COMPREPLY+=($(compgen -W 'new show' -- "${cur}"))
        ;;
    esac
}

_shippy_cert_new() {
    repeating_flags=()
    non_repeating_flags=(--force --version -h --help)
    repeating_options=()
    non_repeating_options=(--out --days --home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options -1

    # Offer option value completions
    case "${prev}" in
    '--out')
        __shippy_add_completions -d
        return
        ;;
    '--days')
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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion cert new -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac
}

_shippy_cert_show() {
    repeating_flags=()
    non_repeating_flags=(--version -h --help)
    repeating_options=()
    non_repeating_options=(--home --config --context --store --bus --registry --mailer --users-address --notificator-address -o --output --log-level --log-format --color --token-file --tls-cert --tls-key --tls-ca --tls-min-version --secret-file)
    __shippy_offer_flags_options -1

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
    '--context')
        __shippy_add_completions -W "$(__shippy_custom_complete ---completion cert show -- --context "${COMP_CWORD}" "$(__shippy_cursor_index_in_current_word)")"
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
    '--users-address')
        return
        ;;
    '--notificator-address')
        return
        ;;
    '-o'|'--output')
        __shippy_add_completions -W 'text'$'\n''json'$'\n''jsonl'$'\n''csv'
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
    '--token-file')
        __shippy_add_completions -f
        return
        ;;
    '--tls-cert')
        __shippy_add_completions -f
        return
        ;;
    '--tls-key')
        __shippy_add_completions -f
        return
        ;;
    '--tls-ca')
        __shippy_add_completions -f
        return
        ;;
    '--tls-min-version')
        __shippy_add_completions -W '1.2'$'\n''1.3'
        return
        ;;
    '--secret-file')
        __shippy_add_completions -f
        return
        ;;
    esac

    # Offer positional completions
    case "${positional_number}" in
    *)
        __shippy_add_completions -f
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
