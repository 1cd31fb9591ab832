package io.quorate.cli;

import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Prints a script that teaches a shell the commands and options, made from their definitions. */
@Command(
        name = "completion",
        description = "Print a completion script for bash or zsh.",
        footer = {"  source <(quorate completion bash)", "  source <(quorate completion zsh)"})
final class Completion implements Runnable {
    private enum Shell {
        BASH,
        ZSH
    }

    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..1", defaultValue = "bash", paramLabel = "SHELL", description = "bash (default) or zsh.")
    private Shell shell = Shell.BASH;

    @Override
    public void run() {
        // The script itself finds out which of the two shells runs it; zsh only wants bashcompinit loaded before.
        String script = AutoComplete.bash("quorate", spec.root().commandLine());
        var out = spec.commandLine().getOut();
        if (shell == Shell.ZSH) {
            out.println("autoload -U +X bashcompinit && bashcompinit");
        }
        out.print(script);
        out.flush();
    }
}
