package io.quorate.cli;

import io.quorate.cli.client.LogReadCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks into logs. */
@Command(
        name = "log",
        footer = "  quorate log read 5",
        description = "Looks into a member's log.",
        subcommands = {LogReadCommand.class})
final class LogCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(spec.commandLine(), "A word is missing: log read INDEX.");
    }
}
