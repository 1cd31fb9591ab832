package io.quorate.cli;

import io.quorate.cli.client.LogHistoryCommand;
import io.quorate.cli.client.LogReadCommand;
import io.quorate.cli.log.LogDumpCommand;
import io.quorate.cli.log.LogVerifyCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Looks into logs. */
@Command(
        name = "log",
        footer = {"  quorate log dump n1.etcd", "  quorate log read 5", "  quorate log history x"},
        description = "Looks into a member's log.",
        subcommands = {LogDumpCommand.class, LogReadCommand.class, LogHistoryCommand.class, LogVerifyCommand.class})
final class LogCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "A word is missing: log dump DIR, log read INDEX, log history KEY, or log verify DIR.");
    }
}
