package io.quorate.cli;

import io.quorate.cli.common.Nearest;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.OverwrittenOptionException;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that is wrong, told in the words of whoever typed it rather than in the parser's. */
final class Mistake {
    /** Verbs of etcdctl that are not there yet: a guess at another verb would mislead. */
    private static final Set<String> NOT_YET = Set.of(
            "watch",
            "lease",
            "lock",
            "elect",
            "auth",
            "user",
            "role",
            "alarm",
            "snapshot",
            "defrag",
            "downgrade",
            "check",
            "make-mirror");

    private Mistake() {}

    /** One line or two, without the program's name. */
    static String explain(ParameterException mistake) {
        if (mistake instanceof UnmatchedArgumentException unmatched) {
            return unknown(mistake.getCommandLine(), unmatched.getUnmatched().get(0));
        }
        @Nullable ArgSpec about = mistake.getArgSpec();
        if (mistake instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            return missing.getMissing().stream()
                    .map(argument ->
                            argument.isOption() ? name(argument) + " needs a value" : name(argument) + " is missing")
                    .distinct()
                    .collect(Collectors.joining("; "));
        }
        if (mistake instanceof OverwrittenOptionException twice) {
            return name(twice.getOverwritten()) + " is given twice";
        }
        if (about != null && mistake.getValue() != null) {
            return wrongValue(about, mistake.getValue(), String.valueOf(mistake.getMessage()));
        }
        return String.valueOf(mistake.getMessage());
    }

    private static String unknown(CommandLine command, String word) {
        if (word.startsWith("-")) {
            return "there is no option " + word + didYouMean(word, options(command))
                    + (command.getCommandSpec().positionalParameters().isEmpty()
                            ? ""
                            : System.lineSeparator() + "A word that begins with a dash goes behind two of them: "
                                    + command.getCommandSpec().qualifiedName() + " … -- " + word);
        }
        if (command.getSubcommands().isEmpty()) {
            return "'" + word + "' is a word too many";
        }
        String whole = (command.getCommandSpec().qualifiedName() + " " + word).replaceFirst("^quorate ", "");
        if (NOT_YET.contains(whole)) {
            return whole + " is not supported yet";
        }
        return "there is no command '" + whole + "'"
                + didYouMean(word, command.getSubcommands().keySet());
    }

    private static List<String> options(CommandLine command) {
        return new ArrayList<>(
                new TreeSet<>(command.getCommandSpec().optionsMap().keySet()));
    }

    private static String didYouMean(String word, Iterable<String> known) {
        List<String> words = new ArrayList<>();
        known.forEach(words::add);
        return Nearest.to(word.replaceFirst("=.*", ""), words)
                .map(nearest -> System.lineSeparator() + "Did you mean: " + nearest + "?")
                .orElse("");
    }

    private static String wrongValue(ArgSpec about, String value, String parsers) {
        Class<?> type = about.typeInfo().isCollection() ? about.auxiliaryTypes()[0] : about.type();
        String not = ", not '" + value + "'";
        if (type == long.class || type == Long.class || type == int.class || type == Integer.class) {
            return wrongNumber(about, value, parsers);
        }
        if (type == double.class || type == Double.class) {
            return name(about) + " takes a number" + not;
        }
        if (type == boolean.class) {
            return name(about) + " takes true or false" + not;
        }
        if (type.isEnum()) {
            List<String> words = new ArrayList<>();
            about.completionCandidates().forEach(word -> words.add(word.toLowerCase(Locale.ROOT)));
            return name(about) + " takes " + String.join(" or ", words) + not;
        }
        return name(about) + ": " + parsers;
    }

    private static String wrongNumber(ArgSpec about, String value, String parsers) {
        if (about.converters().length > 0) {
            return name(about) + ": " + parsers.replaceFirst("^Invalid value [^:]*: ", "");
        }
        return value.matches("[+-]?\\d+")
                ? name(about) + ": " + value + " has more digits than a number here may have"
                : name(about) + " takes a whole number, not '" + value + "'";
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }
}
