package io.quorate.cli;

import io.quorate.cli.client.SnapshotSaveCommand;
import io.quorate.cli.snapshot.SnapshotGetCommand;
import io.quorate.cli.snapshot.SnapshotRestoreCommand;
import io.quorate.cli.snapshot.SnapshotStatusCommand;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** Saved snapshots. */
@Command(
        name = "snapshot",
        footer = {"  quorate snapshot save backup.snapshot", "  quorate snapshot status backup.snapshot"},
        description = "Saves what a cluster holds, and restores it.",
        subcommands = {
            SnapshotSaveCommand.class,
            SnapshotStatusCommand.class,
            SnapshotRestoreCommand.class,
            SnapshotGetCommand.class
        })
final class SnapshotCommand implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @Override
    public void run() {
        throw new ParameterException(
                spec.commandLine(),
                "A word is missing: snapshot save FILE, status FILE, restore FILE, or get KEY FILE.");
    }
}
