function __shippy_should_offer_completions_for_flags_or_options -a expected_commands
    set -l non_repeating_flags_or_options $argv[2..]
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __shippy_parse_tokens
    test "$commands" = "$expected_commands"; and return $non_repeating_flags_or_options_absent
end

function __shippy_should_offer_completions_for_positional -a expected_commands positional_index_comparison expected_positional_index
    set -l non_repeating_flags_or_options
    set -l non_repeating_flags_or_options_absent 0
    set -l positional_index 0
    set -l commands
    __shippy_parse_tokens
    test "$commands" = "$expected_commands" -a \( "$positional_index" "$positional_index_comparison" "$expected_positional_index" \)
end

function __shippy_parse_tokens -S
    set -l unparsed_tokens (__shippy_tokens -pc)
    switch $unparsed_tokens[1]
    case 'shippy'
        __shippy_parse_subcommand 0 'version' 'h/help'
        switch $unparsed_tokens[1]
        case 'up'
            __shippy_parse_subcommand 0 'users-http=' 'users-grpc=' 'notificator-grpc=' 'ops=' 'advertise=' 'allowed-host=+' 'allow-insecure' 'registry-ttl=' 'mail-domain=' 'bcrypt-cost=' 'store-connections=' 'event-encoding=' 'event-max-age=' 'event-max-bytes=' 'event-subjects=+' 'event-replicas=' 'mail-keep=' 'mail-from=' 'templates=' 'mail-attempts=' 'mail-backoff=' 'mail-backoff-max=' 'smtp-deadline=' 'smtp-connections=' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
        case 'serve'
            __shippy_parse_subcommand 1 'users-http=' 'users-grpc=' 'notificator-grpc=' 'ops=' 'advertise=' 'allowed-host=+' 'allow-insecure' 'registry-ttl=' 'mail-domain=' 'bcrypt-cost=' 'store-connections=' 'event-encoding=' 'event-max-age=' 'event-max-bytes=' 'event-subjects=+' 'event-replicas=' 'mail-keep=' 'mail-from=' 'templates=' 'mail-attempts=' 'mail-backoff=' 'mail-backoff-max=' 'smtp-deadline=' 'smtp-connections=' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
        case 'user'
            __shippy_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'create'
                __shippy_parse_subcommand 1 'name=' 'company=' 'password-stdin' 'password-file=' 'password-prompt' 'idempotency-key=' 'mail-domain=' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'list'
                __shippy_parse_subcommand 0 'limit=' 'after=' 'all' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'get'
                __shippy_parse_subcommand 1 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'import'
                __shippy_parse_subcommand 1 'dry-run' 'no-mail' 'format=' 'mail-domain=' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'export'
                __shippy_parse_subcommand 0 'format=' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'delete'
                __shippy_parse_subcommand 1 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            end
        case 'events'
            __shippy_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'tail'
                __shippy_parse_subcommand -r 1 'all' 'new' 'last=' 'since=' 'from-seq=' 'until=' 'count=' 'at-end' 'idle-timeout=' 'filter=+' 'grep=' 'headers' 'stats' 'fail-on-gap' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'publish'
                __shippy_parse_subcommand 1 'header=+' 'id=' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'status'
                __shippy_parse_subcommand 0 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            end
        case 'mail'
            __shippy_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __shippy_parse_subcommand 0 'state=' 'limit=' 'after=' 'all' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'show'
                __shippy_parse_subcommand 1 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'retry'
                __shippy_parse_subcommand 1 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'test'
                __shippy_parse_subcommand 1 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            end
        case 'registry'
            __shippy_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'list'
                __shippy_parse_subcommand 1 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'watch'
                __shippy_parse_subcommand 1 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'deregister'
                __shippy_parse_subcommand 2 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'tui'
                __shippy_parse_subcommand 1 'once' 'readonly' 'probe-interval=' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            end
        case 'status'
            __shippy_parse_subcommand 0 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
        case 'config'
            __shippy_parse_subcommand 0 'version' 'h/help'
            switch $unparsed_tokens[1]
            case 'show'
                __shippy_parse_subcommand 0 'sources' 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            case 'check'
                __shippy_parse_subcommand 0 'home=' 'config=' 'store=' 'bus=' 'registry=' 'mailer=' 'o/output=' 'log-level=' 'log-format=' 'color=' 'version' 'h/help'
            end
        case 'help'
            __shippy_parse_subcommand -r 1 'version'
        end
    end
end

function __shippy_tokens
    if test (string split -m 1 -f 1 -- . "$FISH_VERSION") -gt 3
        commandline --tokens-raw $argv
    else
        commandline -o $argv
    end
end

function __shippy_parse_subcommand -S -a positional_count
    argparse -s r -- $argv
    set -l option_specs $argv[2..]
    set -l is_repeating_positional $_flag_r
    set -el _flag_r
    set -a commands $unparsed_tokens[1]
    set positional_index 0
    while true
        set -e unparsed_tokens[1]
        argparse -sn "$commands" $option_specs -- $unparsed_tokens 2> /dev/null
        set unparsed_tokens $argv
        set positional_index (math $positional_index + 1)
        for non_repeating_flag_or_option in $non_repeating_flags_or_options
            if set -ql "_flag_$(string replace -a - _ -- $non_repeating_flag_or_option)"
                set non_repeating_flags_or_options_absent 1
                break
            end
        end
        test (count $unparsed_tokens) -eq 0 -o \( -z "$is_repeating_positional" -a "$positional_index" -gt "$positional_count" \) && break
    end
end

function __shippy_complete_directories
    set -l token (commandline -t)
    string match -- '*/' $token
    set -l subdirs $token*/
    printf %s\n $subdirs
end

function __shippy_custom_completion
    set -x SAP_SHELL fish
    set -x SAP_SHELL_VERSION $FISH_VERSION
    set -l tokens (__shippy_tokens -p)
    if test -z "$(__shippy_tokens -t)"
        set -l index (count (__shippy_tokens -pc))
        set tokens $tokens[..$index] \'\' $tokens[(math $index + 1)..]
    end
    command $tokens[1] $argv $tokens
end

complete -c 'shippy' -f
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy" -eq 1' -fa 'up' -d 'Start the users service and the notificator in this process.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy" -eq 1' -fa 'serve' -d 'Start one service in its own process.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy" -eq 1' -fa 'user' -d 'Create, list, import, export and delete users.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy" -eq 1' -fa 'events' -d 'Follow and publish events, and show the state of the event bus.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy" -eq 1' -fa 'mail' -d 'Inspect the mail queue, retry mails, and send test mail.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy" -eq 1' -fa 'registry' -d 'List, watch and deregister service instances.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy" -eq 1' -fa 'status' -d 'Show the status of services, engines, queues and consumers.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy" -eq 1' -fa 'config' -d 'Show and check settings.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy" -eq 1' -fa 'help' -d 'Show subcommand help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" users-http' -l 'users-http' -d 'Serve the users service over HTTP on this address; port 0 picks a free one. (default: 127.0.0.1:8081)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" users-grpc' -l 'users-grpc' -d 'Serve the users service over gRPC on this address. (default: 127.0.0.1:8083)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" notificator-grpc' -l 'notificator-grpc' -d 'Serve the notificator over gRPC on this address. (default: 127.0.0.1:8082)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" ops' -l 'ops' -d 'Serve health checks and metrics over HTTP on this address. (default: 127.0.0.1:8080)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" advertise' -l 'advertise' -d 'Register instances under this host name or address. (default: the host of the listen address)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up"' -l 'allowed-host' -d 'Also accept HTTP requests for this host name; repeatable.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" allow-insecure' -l 'allow-insecure' -d 'Allow addresses that other machines can reach, without authentication or encryption.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" registry-ttl' -l 'registry-ttl' -d 'Remove an instance that has not renewed its registration for this long, at least 1s. (default: 10s)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" mail-domain' -l 'mail-domain' -d 'Add this domain to an e-mail address without one, so that test becomes test@DOMAIN. (default: localhost while the store is embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" bcrypt-cost' -l 'bcrypt-cost' -d 'Set the bcrypt cost of password hashes, 10 to 20. (default: 12)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" store-connections' -l 'store-connections' -d 'Open at most this many connections to PostgreSQL, 1 to 100. (default: 4)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" event-encoding' -l 'event-encoding' -d 'Set the encoding of user.created events: json, protobuf or go-micro. (default: json)' -rfka 'json protobuf go-micro'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" event-max-age' -l 'event-max-age' -d 'Keep events for this long, at least 1s. (default: 7d)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" event-max-bytes' -l 'event-max-bytes' -d 'Keep at most this much event data, 1MiB to 1PiB. (default: 4GiB)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up"' -l 'event-subjects' -d 'Create the NATS stream for these subjects. (default: user.>,dead-letter.>)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" event-replicas' -l 'event-replicas' -d 'Create the NATS stream with this many replicas, 1 to 5. (default: 1)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" mail-keep' -l 'mail-keep' -d 'Keep records of sent mails for this long, at least --event-max-age. (default: 90d)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" mail-from' -l 'mail-from' -d 'Send mail from this address. (default: shippy@localhost)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" templates' -l 'templates' -d 'Read mail templates from this directory. (default: templates in the data directory)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" mail-attempts' -l 'mail-attempts' -d 'Give up on a mail after this many attempts, 1 to 1000. (default: 12)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" mail-backoff' -l 'mail-backoff' -d 'Wait this long before the first retry of a mail, doubling the wait each time. (default: 15s)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" mail-backoff-max' -l 'mail-backoff-max' -d 'Wait at most this long between attempts to send a mail. (default: 6h)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" smtp-deadline' -l 'smtp-deadline' -d 'Give an SMTP server this long to accept a message, at least 100ms. (default: 30s)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" smtp-connections' -l 'smtp-connections' -d 'Open at most this many SMTP connections, 1 to 64. (default: 8)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy up" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy serve" -eq 1' -fka 'users notificator'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" users-http' -l 'users-http' -d 'Serve the users service over HTTP on this address; port 0 picks a free one. (default: 127.0.0.1:8081)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" users-grpc' -l 'users-grpc' -d 'Serve the users service over gRPC on this address. (default: 127.0.0.1:8083)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" notificator-grpc' -l 'notificator-grpc' -d 'Serve the notificator over gRPC on this address. (default: 127.0.0.1:8082)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" ops' -l 'ops' -d 'Serve health checks and metrics over HTTP on this address. (default: 127.0.0.1:8080)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" advertise' -l 'advertise' -d 'Register instances under this host name or address. (default: the host of the listen address)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve"' -l 'allowed-host' -d 'Also accept HTTP requests for this host name; repeatable.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" allow-insecure' -l 'allow-insecure' -d 'Allow addresses that other machines can reach, without authentication or encryption.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" registry-ttl' -l 'registry-ttl' -d 'Remove an instance that has not renewed its registration for this long, at least 1s. (default: 10s)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" mail-domain' -l 'mail-domain' -d 'Add this domain to an e-mail address without one, so that test becomes test@DOMAIN. (default: localhost while the store is embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" bcrypt-cost' -l 'bcrypt-cost' -d 'Set the bcrypt cost of password hashes, 10 to 20. (default: 12)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" store-connections' -l 'store-connections' -d 'Open at most this many connections to PostgreSQL, 1 to 100. (default: 4)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" event-encoding' -l 'event-encoding' -d 'Set the encoding of user.created events: json, protobuf or go-micro. (default: json)' -rfka 'json protobuf go-micro'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" event-max-age' -l 'event-max-age' -d 'Keep events for this long, at least 1s. (default: 7d)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" event-max-bytes' -l 'event-max-bytes' -d 'Keep at most this much event data, 1MiB to 1PiB. (default: 4GiB)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve"' -l 'event-subjects' -d 'Create the NATS stream for these subjects. (default: user.>,dead-letter.>)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" event-replicas' -l 'event-replicas' -d 'Create the NATS stream with this many replicas, 1 to 5. (default: 1)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" mail-keep' -l 'mail-keep' -d 'Keep records of sent mails for this long, at least --event-max-age. (default: 90d)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" mail-from' -l 'mail-from' -d 'Send mail from this address. (default: shippy@localhost)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" templates' -l 'templates' -d 'Read mail templates from this directory. (default: templates in the data directory)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" mail-attempts' -l 'mail-attempts' -d 'Give up on a mail after this many attempts, 1 to 1000. (default: 12)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" mail-backoff' -l 'mail-backoff' -d 'Wait this long before the first retry of a mail, doubling the wait each time. (default: 15s)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" mail-backoff-max' -l 'mail-backoff-max' -d 'Wait at most this long between attempts to send a mail. (default: 6h)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" smtp-deadline' -l 'smtp-deadline' -d 'Give an SMTP server this long to accept a message, at least 100ms. (default: 30s)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" smtp-connections' -l 'smtp-connections' -d 'Open at most this many SMTP connections, 1 to 64. (default: 8)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy serve" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy user" -eq 1' -fa 'create' -d 'Create a user and print it.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy user" -eq 1' -fa 'list' -d 'List users, oldest first.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy user" -eq 1' -fa 'get' -d 'Print one user.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy user" -eq 1' -fa 'import' -d 'Create users from a JSONL or CSV file.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy user" -eq 1' -fa 'export' -d 'Write all users to standard output, as JSONL or CSV.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy user" -eq 1' -fa 'delete' -d 'Delete a user and print the deleted user.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" name' -l 'name' -d 'Set the user\'s name.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" company' -l 'company' -d 'Set the user\'s company.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" password-stdin' -l 'password-stdin' -d 'Read the password from the first line of standard input.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" password-file' -l 'password-file' -d 'Read the password from the first line of a file.' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" password-prompt' -l 'password-prompt' -d 'Prompt for the password on the terminal, without echo.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" idempotency-key' -l 'idempotency-key' -d 'Create only one user for this key; repeating the command prints that user.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" mail-domain' -l 'mail-domain' -d 'Add this domain to an e-mail address without one, so that test becomes test@DOMAIN. (default: localhost while the store is embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user create" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" limit' -l 'limit' -d 'List at most n entries.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" after' -l 'after' -d 'Start after this ID.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" all' -l 'all' -d 'List all entries.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy user get" -eq 1' -fka '(__shippy_custom_completion ---completion user get -- positional@0 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user get" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy user import" -eq 1' -F
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" dry-run' -l 'dry-run' -d 'Check all rows without creating users.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" no-mail' -l 'no-mail' -d 'Send no welcome mails.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" format' -l 'format' -d 'Set the file\'s format. (default: detected from its first character)' -rfka 'jsonl csv'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" mail-domain' -l 'mail-domain' -d 'Add this domain to an e-mail address without one, so that test becomes test@DOMAIN. (default: localhost while the store is embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user import" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" format' -l 'format' -d 'Set the output format.' -rfka 'jsonl csv'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user export" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy user delete" -eq 1' -fka '(__shippy_custom_completion ---completion user delete -- positional@0 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy user delete" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy events" -eq 1' -fa 'tail' -d 'Follow events, starting at any point in the log.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy events" -eq 1' -fa 'publish' -d 'Publish an event with a body from standard input.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy events" -eq 1' -fa 'status' -d 'Show the outbox, the stored events, and consumer lag.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy events tail" -ge 1' -fka '(__shippy_custom_completion ---completion events tail -- positional@0 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" all' -l 'all' -d 'Start with the oldest stored event.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" new' -l 'new' -d 'Start with the next event. (default)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" last' -l 'last' -d 'Start with the last n matching events.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" since' -l 'since' -d 'Start with the first event at or after this time.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" from-seq' -l 'from-seq' -d 'Start with this sequence number.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" until' -l 'until' -d 'Stop before the first event at or after this time.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" count' -l 'count' -d 'Stop after n events.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" at-end' -l 'at-end' -d 'Stop after the last stored event.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" idle-timeout' -l 'idle-timeout' -d 'Stop after this long without an event.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail"' -l 'filter' -d 'Show only events with this value; repeatable.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" grep' -l 'grep' -d 'Show only events whose data contains this text.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" headers' -l 'headers' -d 'Show headers. JSON output always includes them.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" stats' -l 'stats' -d 'Print totals to standard error at the end.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" fail-on-gap' -l 'fail-on-gap' -d 'Exit with status 3 if events were missed: at the end if an option sets one, otherwise at once.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events tail" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy events publish" -eq 1' -fka '(__shippy_custom_completion ---completion events publish -- positional@0 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish"' -l 'header' -d 'Add a header; repeatable.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" id' -l 'id' -d 'Use this event ID. (default: a new UUID)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events publish" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy events status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy mail" -eq 1' -fa 'list' -d 'List mails, oldest first.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy mail" -eq 1' -fa 'show' -d 'Show one mail.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy mail" -eq 1' -fa 'retry' -d 'Retry a queued or dead mail now.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy mail" -eq 1' -fa 'test' -d 'Send a test mail and show the result.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" state' -l 'state' -d 'List only mails in this state.' -rfka 'queued sending sent dead'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" limit' -l 'limit' -d 'List at most n entries.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" after' -l 'after' -d 'Start after this ID.' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" all' -l 'all' -d 'List all entries.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy mail show" -eq 1' -fka '(__shippy_custom_completion ---completion mail show -- positional@0 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy mail retry" -eq 1' -fka '(__shippy_custom_completion ---completion mail retry -- positional@0 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail retry" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy mail test" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy registry" -eq 1' -fa 'list' -d 'List registered instances and the time left on each lease.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy registry" -eq 1' -fa 'watch' -d 'Follow changes in the registry, one per line.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy registry" -eq 1' -fa 'deregister' -d 'Remove an instance from the registry.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy registry" -eq 1' -fa 'tui' -d 'Watch the registry in a panel.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy registry list" -eq 1' -fka '(__shippy_custom_completion ---completion registry list -- positional@0 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry list" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy registry watch" -eq 1' -fka '(__shippy_custom_completion ---completion registry watch -- positional@0 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry watch" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy registry deregister" -eq 1' -fka '(__shippy_custom_completion ---completion registry deregister -- positional@0 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy registry deregister" -eq 2' -fka '(__shippy_custom_completion ---completion registry deregister -- positional@1 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry deregister" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy registry tui" -eq 1' -fka '(__shippy_custom_completion ---completion registry tui -- positional@0 (count (__shippy_tokens -pc)) (__shippy_tokens -tC))'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" once' -l 'once' -d 'Print the list once, as text, and exit.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" readonly' -l 'readonly' -d 'Disable deregistering in the panel.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" probe-interval' -l 'probe-interval' -d 'Probe the instances on the screen at this interval; 0 probes only when p is pressed. (default: 10s)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy registry tui" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy status" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy config" -eq 1' -fa 'show' -d 'Show the value of every setting.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_positional "shippy config" -eq 1' -fa 'check' -d 'Check the environment and the configuration file.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" sources' -l 'sources' -d 'Show where each value comes from. JSON output always includes it.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config show" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" home' -l 'home' -d 'Set the data directory. (default: $XDG_DATA_HOME/shippy or ~/.local/share/shippy)' -rfa '(__shippy_complete_directories)'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" config' -l 'config' -d 'Read this configuration file. (default: config.yaml in the data directory)' -rF
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" store' -l 'store' -d 'Store users and the mail queue in sqlite:PATH or postgres://USER@HOST/DATABASE. (default: shippy.db in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" bus' -l 'bus' -d 'Set the event bus: embedded, nats://HOST:PORT or tls://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" registry' -l 'registry' -d 'Set the registry: embedded, etcd://HOST:PORT or etcds://HOST:PORT. (default: embedded)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" mailer' -l 'mailer' -d 'Deliver mail to maildir:DIR, smtp://HOST:PORT or smtps://HOST:PORT. (default: mail in the data directory)' -rfka ''
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" o output' -s 'o' -l 'output' -d 'Set the output format: text, json or jsonl. (default: text)' -rfka 'text json jsonl'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" log-level' -l 'log-level' -d 'Set the lowest level to log: trace, debug, info, notice, warning, error or critical. (default: info for up and serve, otherwise warning)' -rfka 'trace debug info notice warning error critical'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" log-format' -l 'log-format' -d 'Set the log format: text or json. (default: text)' -rfka 'text json'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" color' -l 'color' -d 'Set when to use colour: auto, always or never. (default: auto)' -rfka 'auto always never'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" version' -l 'version' -d 'Show the version.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy config check" h help' -s 'h' -l 'help' -d 'Show help information.'
complete -c 'shippy' -n '__shippy_should_offer_completions_for_flags_or_options "shippy help" version' -l 'version' -d 'Show the version.'
