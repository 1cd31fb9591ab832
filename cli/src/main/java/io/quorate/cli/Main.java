package io.quorate.cli;

import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_COMMAND_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_DESCRIPTION_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_EXIT_CODE_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_FOOTER_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_OPTION_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_PARAMETER_LIST_HEADING;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS;
import static picocli.CommandLine.Model.UsageMessageSpec.SECTION_KEY_SYNOPSIS_HEADING;

import io.quorate.cli.bench.BenchCommand;
import io.quorate.cli.client.CompactionCommand;
import io.quorate.cli.client.DelCommand;
import io.quorate.cli.client.EndpointCommand;
import io.quorate.cli.client.GetCommand;
import io.quorate.cli.client.MemberCommand;
import io.quorate.cli.client.Misuse;
import io.quorate.cli.client.MoveLeaderCommand;
import io.quorate.cli.client.PutCommand;
import io.quorate.cli.client.StatusCommand;
import io.quorate.cli.client.TxnCommand;
import io.quorate.cli.client.UpgradeCommand;
import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.OutputGone;
import io.quorate.cli.common.StandardOutput;
import io.quorate.cli.demo.DemoCommand;
import io.quorate.cli.recover.RecoverCommand;
import io.quorate.cli.server.ServerCommand;
import io.quorate.cli.sim.SimCommand;
import java.io.PrintWriter;
import java.util.List;
import java.util.logging.LogManager;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** The entry point: knows the subcommands by name and turns every way of failing into a sentence and an exit code. */
@Command(
        name = "quorate",
        versionProvider = BuildInfo.class,
        sortOptions = false,
        usageHelpAutoWidth = true,
        description = {
            "A key-value store that agrees: Raft in Java, behind the etcd v3 API.",
            "quorate COMMAND --help tells about one command."
        },
        footer = {
            "  quorate demo               three members on this computer, until Ctrl-C",
            "  quorate put x 100          write a value, from a second terminal",
            "  quorate get x              read it back",
            "  quorate status             who leads, how many failures can be survived",
            "  quorate server --name n1   one member, with etcd's flags",
            "  quorate test               everything that CI runs"
        },
        // One line each, in the order in which a new user meets them.
        subcommands = {
            DemoCommand.class,
            ServerCommand.class,
            PutCommand.class,
            GetCommand.class,
            DelCommand.class,
            TxnCommand.class,
            CompactionCommand.class,
            StatusCommand.class,
            MemberCommand.class,
            MoveLeaderCommand.class,
            UpgradeCommand.class,
            EndpointCommand.class,
            LogCommand.class,
            SnapshotCommand.class,
            RecoverCommand.class,
            BenchCommand.class,
            SimCommand.class,
            Completion.class,
            Help.class,
            Version.class,
        })
public final class Main implements Runnable {
    @Spec
    private CommandSpec spec = CommandSpec.create();

    @SuppressWarnings("unused") // picocli asks for the annotation, not for the value
    @Option(
            names = {"-h", "--help"},
            usageHelp = true,
            scope = CommandLine.ScopeType.INHERIT,
            description = "Print this help and exit.")
    private boolean help;

    @SuppressWarnings("unused")
    @Option(
            names = {"-V", "--version"},
            versionHelp = true,
            description = "Print the versions of Quorate, the JDK and the etcd API, and exit.")
    private boolean version;

    private static final List<String> HELP_SECTIONS = List.of(
            SECTION_KEY_FOOTER_HEADING,
            SECTION_KEY_FOOTER,
            SECTION_KEY_SYNOPSIS_HEADING,
            SECTION_KEY_SYNOPSIS,
            SECTION_KEY_DESCRIPTION_HEADING,
            SECTION_KEY_DESCRIPTION,
            SECTION_KEY_PARAMETER_LIST_HEADING,
            SECTION_KEY_PARAMETER_LIST,
            SECTION_KEY_OPTION_LIST_HEADING,
            SECTION_KEY_OPTION_LIST,
            SECTION_KEY_COMMAND_LIST_HEADING,
            SECTION_KEY_COMMAND_LIST,
            SECTION_KEY_EXIT_CODE_LIST_HEADING,
            SECTION_KEY_EXIT_CODE_LIST);

    private Main() {}

    /** Runs one command and ends the process with its exit code. */
    public static void main(String[] arguments) {
        // What a library would log, with traces of its stack, a command says as a sentence; a server has a log of its
        // own.
        LogManager.getLogManager().reset();
        System.exit(run(arguments));
    }

    /** Runs one command in this process; gives the exit code that {@link #main} would end with. */
    public static int run(String... arguments) {
        return commandLine().setOut(new StandardOutput()).execute(arguments);
    }

    /** The whole tree of commands, ready to parse; its writers can be replaced by a test. */
    static CommandLine commandLine() {
        CommandLine quorate = new CommandLine(new Main(), Main::make);
        examplesFirst(quorate);
        return quorate.setCaseInsensitiveEnumValuesAllowed(true)
                .setParameterExceptionHandler(Main::explainMisuse)
                .setExecutionStrategy(Main::execute)
                .setExecutionExceptionHandler(Main::explainFailure);
    }

    /** Makes a subcommand; the demo's prompt runs others, and gets the means for that. */
    private static <K> K make(Class<K> type) throws Exception {
        return type == DemoCommand.class
                ? type.cast(new DemoCommand(Main::run))
                : CommandLine.defaultFactory().create(type);
    }

    /** A command gives its examples as {@code footer} and what it does as {@code description}. */
    private static void examplesFirst(CommandLine command) {
        command.getCommandSpec()
                .usageMessage()
                .footerHeading("Examples:%n")
                .synopsisHeading("%nUsage: ")
                .descriptionHeading("%n")
                .optionListHeading("%nOptions:%n")
                .commandListHeading("%nCommands:%n");
        command.setHelpSectionKeys(HELP_SECTIONS);
        command.getSubcommands().values().forEach(Main::examplesFirst);
    }

    @Override
    public void run() {
        spec.commandLine().usage(spec.commandLine().getOut());
    }

    /** Help is printed outside of what the handler of failures sees. */
    private static int execute(ParseResult parsed) {
        CommandLine command = parsed.commandSpec().commandLine();
        try {
            int exitCode = new CommandLine.RunLast().execute(parsed);
            command.getOut().flush();
            return exitCode;
        } catch (OutputGone gone) {
            return explainGone(gone, command.getErr());
        }
    }

    private static int explainMisuse(ParameterException misuse, String[] arguments) {
        CommandLine command = misuse.getCommandLine();
        PrintWriter err = command.getErr();
        err.println("quorate: " + Mistake.explain(misuse));
        err.println("See: " + command.getCommandSpec().qualifiedName() + " --help");
        err.flush();
        return Misuse.exitCode(misuse);
    }

    private static int explainGone(OutputGone gone, PrintWriter err) {
        if (!gone.isReaderGone()) {
            err.println("quorate: " + gone.getMessage());
            err.flush();
        }
        return gone.exitCode();
    }

    private static int explainFailure(Exception failure, CommandLine command, ParseResult parsed) {
        PrintWriter err = command.getErr();
        if (failure instanceof OutputGone gone) {
            return explainGone(gone, err);
        }
        int exitCode = command.getCommandSpec().exitCodeOnExecutionException();
        if (failure instanceof CommandFailure known) {
            err.println("quorate: " + known.getMessage());
            exitCode = known.exitCode();
        } else {
            err.println("quorate: this is a mistake in quorate itself, please report it with these lines:");
            failure.printStackTrace(err);
        }
        err.flush();
        return exitCode;
    }
}
