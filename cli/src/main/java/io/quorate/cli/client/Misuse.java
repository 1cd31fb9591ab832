package io.quorate.cli.client;

import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** How a command line that is wrong ends. */
public final class Misuse {
    private Misuse() {}

    /** What etcdctl ends with where the verb is one of its own, else what the command says. */
    public static int exitCode(ParameterException misuse) {
        CommandLine command = misuse.getCommandLine();
        if (command.getMixins().values().stream().noneMatch(ClientOptions.class::isInstance)) {
            return command.getCommandSpec().exitCodeOnInvalidInput();
        }
        if (lacksAWord(misuse) || hasAWordTooMuch(misuse)) {
            return ExitCode.BAD_ARGUMENTS;
        }
        boolean isFormat = misuse.getArgSpec() instanceof OptionSpec option
                && option.longestName().equals("--write-out");
        return isFormat ? ExitCode.BAD_FEATURE : ExitCode.ERROR;
    }

    private static boolean lacksAWord(ParameterException misuse) {
        return misuse instanceof MissingParameterException missing
                && missing.getMissing().stream().noneMatch(argument -> argument.isOption());
    }

    private static boolean hasAWordTooMuch(ParameterException misuse) {
        return misuse instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption();
    }
}
