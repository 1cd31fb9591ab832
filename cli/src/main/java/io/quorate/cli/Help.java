package io.quorate.cli;

import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Tells what there is: the same as {@code --help} behind a command. */
@Command(
        name = "help",
        footer = {"  quorate help", "  quorate help endpoint status"},
        description = "Print this help, or a command's.")
final class Help implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Parameters(arity = "0..*", paramLabel = "COMMAND", description = "The command to tell about.")
    private List<String> words = List.of();

    @Override
    public void run() {
        CommandLine command = spec.root().commandLine();
        for (String word : words) {
            CommandLine next = command.getSubcommands().get(word);
            if (next == null) {
                throw new ParameterException(
                        spec.commandLine(), "there is no command '" + String.join(" ", words) + "'");
            }
            command = next;
        }
        command.usage(spec.commandLine().getOut());
    }
}
