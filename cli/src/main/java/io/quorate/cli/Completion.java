package io.quorate.cli;

import io.quorate.cli.server.ServerCommand;
import picocli.AutoComplete;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
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

    /** With the words that the launcher understands, and with the flags that the server parses by itself, as etcd does. */
    private static CommandLine everythingThatCanBeTyped() {
        CommandLine quorate = Main.commandLine();
        CommandSpec test = CommandSpec.create();
        test.addOption(OptionSpec.builder("--quick").build());
        quorate.addSubcommand("test", test).addSubcommand("format", CommandSpec.create());
        CommandSpec server = quorate.getSubcommands().entrySet().stream()
                .filter(entry -> entry.getKey().equals("server"))
                .findFirst()
                .orElseThrow()
                .getValue()
                .getCommandSpec();
        ServerCommand.flags()
                .forEach((name, isSwitch) -> server.addOption(OptionSpec.builder("--" + name)
                        .arity(isSwitch ? "0" : "1")
                        .type(isSwitch ? boolean.class : String.class)
                        .build()));
        return quorate;
    }

    @Override
    public void run() {
        // The script itself finds out which of the two shells runs it; zsh only wants bashcompinit loaded before.
        String script = AutoComplete.bash("quorate", everythingThatCanBeTyped());
        var out = spec.commandLine().getOut();
        if (shell == Shell.ZSH) {
            out.println("autoload -U +X bashcompinit && bashcompinit");
        }
        out.print(script);
        out.flush();
    }
}
