package io.quorate.cli.server;

import io.quorate.cli.common.CommandFailure;
import io.quorate.cli.common.Durations;
import io.quorate.cli.common.Nearest;
import io.quorate.cli.server.Flag.Standing;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.TypeConversionException;

/**
 * The flags of one start: from the command line, else from the environment, else the default. Both are written as for etcd:
 * {@code --name n1} or {@code --name=n1}; a boolean flag takes its value only after an equals sign.
 */
final class FlagValues {
    private static final int EXIT_BAD_FLAG = 2;

    private final Map<String, String> given = new HashMap<>();
    private final List<String> warnings = new ArrayList<>();

    private FlagValues() {}

    /**
     * @throws CommandFailure naming every flag that is unknown, has no value, or is not supported yet
     */
    static FlagValues parse(List<String> arguments, Map<String, String> environment) {
        FlagValues values = new FlagValues();
        List<String> problems = new ArrayList<>();
        values.fromEnvironment(environment, problems);
        values.fromCommandLine(arguments, environment, problems);
        values.check(problems);
        if (!problems.isEmpty()) {
            throw new CommandFailure(EXIT_BAD_FLAG, String.join("\n", problems));
        }
        return values;
    }

    private void fromEnvironment(Map<String, String> environment, List<String> problems) {
        for (Flag flag : Flags.all().values()) {
            @Nullable String value = environment.get(flag.variable());
            if (value != null && !value.isEmpty()) { // empty is unset, for etcd too
                put(flag, value, flag.variable(), problems);
            }
        }
        environment.keySet().stream()
                .filter(name -> name.startsWith("ETCD_"))
                .filter(name -> Flags.all().values().stream()
                        .noneMatch(flag -> flag.variable().equals(name)))
                .filter(name -> !name.equals("ETCD_UNSUPPORTED_ARCH"))
                .sorted()
                .forEach(name -> warnings.add("the variable " + name + " names no flag of etcd 3.6 and is not read"));
    }

    private void fromCommandLine(List<String> arguments, Map<String, String> environment, List<String> problems) {
        for (int at = 0; at < arguments.size(); at++) {
            String argument = arguments.get(at);
            if (!argument.startsWith("-") || argument.equals("-") || argument.equals("--")) {
                problems.add("'" + argument + "' is no flag: the server takes flags only, such as --name n1");
                continue;
            }
            String body = argument.replaceFirst("^--?", "");
            int equals = body.indexOf('=');
            String name = equals < 0 ? body : body.substring(0, equals);
            @Nullable Flag flag = Flags.all().get(name);
            if (flag == null) {
                problems.add("unknown flag --" + name + suggestion(name));
                continue;
            }
            shadowed(flag, environment);
            if (equals >= 0) {
                put(flag, body.substring(equals + 1), "--" + name, problems);
            } else if (flag.isBoolean()) {
                put(flag, "true", "--" + name, problems);
            } else if (at + 1 < arguments.size()) {
                at++;
                put(flag, arguments.get(at), "--" + name, problems);
            } else {
                problems.add("--" + name + " needs a value");
            }
        }
    }

    private void shadowed(Flag flag, Map<String, String> environment) {
        String warning = "the variable " + flag.variable() + " is not used: --" + flag.name()
                + " on the command line goes before it";
        if (!environment.getOrDefault(flag.variable(), "").isEmpty() && !warnings.contains(warning)) {
            warnings.add(warning);
        }
    }

    private void put(Flag flag, String value, String where, List<String> problems) {
        if (flag.isBoolean() && !isTruth(value)) {
            problems.add(where + "=" + value + ": write true or false");
        }
        given.put(flag.name(), flag.isBoolean() ? String.valueOf(truth(value)) : value);
    }

    /** What Go takes for a truth value. */
    private static boolean isTruth(String value) {
        return List.of("1", "t", "T", "true", "TRUE", "True", "0", "f", "F", "false", "FALSE", "False")
                .contains(value);
    }

    private static boolean truth(String value) {
        return value.equals("1") || value.toLowerCase(Locale.ROOT).startsWith("t");
    }

    private void check(List<String> problems) {
        for (Flag flag : Flags.all().values()) {
            @Nullable String value = given.get(flag.name());
            if (value == null || flag.isInitial(value)) {
                continue;
            }
            if (flag.standing() == Standing.NOT_YET) {
                problems.add("--" + flag.name() + "=" + value + " is not supported yet" + because(flag)
                        + ". Leave it out to start without it.");
            } else if (flag.standing() == Standing.NOTHING_TO_SWITCH) {
                warnings.add("--" + flag.name() + "=" + value + " switches nothing here" + because(flag));
            }
        }
    }

    private static String because(Flag flag) {
        return flag.meaning().isEmpty() ? "" : ": " + flag.meaning();
    }

    private static String suggestion(String name) {
        return Nearest.to(name, Flags.all().keySet())
                .map(nearest -> "; did you mean --" + nearest + "?")
                .orElse("; quorate server flags lists them all");
    }

    /** Each to be logged once at the start. */
    List<String> warnings() {
        return List.copyOf(warnings);
    }

    boolean isGiven(String name) {
        return given.containsKey(name);
    }

    String text(String name) {
        @Nullable Flag flag = Flags.all().get(name);
        if (flag == null) {
            throw new IllegalArgumentException("there is no flag " + name);
        }
        return given.getOrDefault(name, flag.initial());
    }

    boolean truthOf(String name) {
        return Boolean.parseBoolean(text(name));
    }

    /**
     * @param most larger values are taken for this one, e.g. etcd's unsigned default where ours is signed
     * @return at least {@link Integer#MIN_VALUE}, so that no conversion makes something positive of it
     */
    long number(String name, long most) {
        try {
            return Math.max(
                    Integer.MIN_VALUE, Math.min(Long.parseLong(text(name).strip()), most));
        } catch (NumberFormatException notANumber) {
            throw new CommandFailure(EXIT_BAD_FLAG, "--" + name + "=" + text(name) + ": write a whole number");
        }
    }

    /** A time as Go writes it. */
    long millis(String name) {
        try {
            return new Durations().convert(text(name));
        } catch (TypeConversionException notATime) {
            throw new CommandFailure(EXIT_BAD_FLAG, "--" + name + ": " + notATime.getMessage());
        }
    }
}
