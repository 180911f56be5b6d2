// The scripts ask `jit completion candidates` at each TAB, so that they never go out of date.

const BASH = `# Completion of jit for bash. Put this into ~/.bashrc:  eval "$(jit completion bash)"
_jit() {
  local line="\${COMP_LINE:0:COMP_POINT}" word meaning cut= files= width=0
  local -a words=() meanings=()
  # bash breaks words at = and : and replaces only what is behind the last of them.
  local typed="\${line##*[[:space:]]}" breaks="\${COMP_WORDBREAKS//[^=:]/}"
  [[ -n $breaks ]] && cut="\${typed%"\${typed##*[$breaks]}"}"
  while IFS=$'\\t' read -r word meaning; do
    if [[ $word == :files ]]; then files=1; continue; fi
    words+=("\${word#"$cut"}")
    meanings+=("$meaning")
    (( \${#word} > width )) && width=\${#word}
  done < <(jit completion candidates --line "$line" 2>/dev/null)
  COMPREPLY=()
  [[ -n $files ]] && compopt -o default 2>/dev/null
  # Meanings are shown in a list that is only looked at (the second TAB), never inserted.
  if [[ \${COMP_TYPE-} == 63 && \${#words[@]} -gt 1 ]]; then
    local at text
    for at in "\${!words[@]}"; do
      text="\${words[at]}"
      [[ -n \${meanings[at]} ]] && printf -v text '%-*s  (%s)' "$width" "$text" "\${meanings[at]}"
      COMPREPLY+=("\${text:0:\${COLUMNS:-80}}")
    done
  else
    COMPREPLY=("\${words[@]}")
  fi
}
complete -F _jit jit
`;

const ZSH = `#compdef jit
# Completion of jit for zsh. Put this into ~/.zshrc, after compinit:  eval "$(jit completion zsh)"
_jit() {
  local word meaning
  local -a found
  local files=
  while IFS=$'\\t' read -r word meaning; do
    if [[ $word == :files ]]; then files=1; continue; fi
    found+=("\${word//:/\\\\:}\${meaning:+:$meaning}")
  done < <(jit completion candidates -- "\${(@Q)words[2,CURRENT-1]}" "+\${(Q)words[CURRENT]}" 2>/dev/null)
  if (( \${#found} )); then _describe -V jit found; fi
  [[ -n $files ]] && _files
  return 0
}
(( $+functions[compdef] )) && compdef _jit jit
`;

const FISH = `# Completion of jit for fish. Put this into ~/.config/fish/config.fish:  jit completion fish | source
function __jit_candidates
    set -l finished (commandline -opc)
    set -l typed (commandline -ct)
    for line in (command jit completion candidates -- $finished[2..-1] "+$typed" 2>/dev/null)
        if test "$line" = ":files"
            __fish_complete_path "$typed"
        else
            echo $line
        end
    end
end
complete -c jit -e
complete -c jit -f -k -a '(__jit_candidates)'
`;

/** The completion script of each shell. */
export const SCRIPTS: Readonly<Record<string, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
