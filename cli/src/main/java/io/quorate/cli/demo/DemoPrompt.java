package io.quorate.cli.demo;

import io.quorate.cli.common.CommandFailure;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** What a person types into a running demo. */
final class DemoPrompt {
    static final String HELP = String.join(
            System.lineSeparator(),
            "  kill n2      end a member as kill -9 does      restart n2   start it again",
            "  pause n2     stop its clock (SIGSTOP)          resume n2    let it go on",
            "  put x 100    write a value ('a b' with spaces)  get x        read it",
            "  del x        remove it                         status       who leads, who lags",
            "  quit         stop everything");

    private final List<DemoMember> members;
    private final Path launcher;
    private final DemoOutput output;
    private final Consumer<List<String>> verb;

    /** @param verb runs one of quorate's verbs, with the demo's endpoints */
    DemoPrompt(List<DemoMember> members, Path launcher, DemoOutput output, Consumer<List<String>> verb) {
        this.members = members;
        this.launcher = launcher;
        this.output = output;
        this.verb = verb;
    }

    /** Reads until quit or the end of input. */
    void run() {
        try {
            BufferedReader in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
            @Nullable String line = ask(in);
            while (line != null && obey(line)) {
                line = ask(in);
            }
        } catch (IOException closed) {
            output.say("the terminal is gone: " + closed.getMessage());
        }
    }

    private @Nullable String ask(BufferedReader in) throws IOException {
        output.prompt("quorate> ");
        @Nullable String line = in.readLine();
        output.promptAnswered();
        return line;
    }

    /** @return false to stop the demo */
    boolean obey(String line) {
        try {
            List<String> words = Words.of(line);
            if (words.isEmpty()) {
                return true;
            }
            switch (words.get(0)) {
                case "quit", "exit" -> {
                    return false;
                }
                case "help", "?" -> output.say(HELP);
                case "kill" -> member(words).kill();
                case "restart" -> restart(member(words));
                case "pause" -> {
                    member(words).pause();
                    output.say(words.get(1) + " is paused; resume " + words.get(1) + " lets it go on");
                }
                case "resume" -> {
                    member(words).resume();
                    output.say(words.get(1) + " goes on");
                }
                case "put" -> {
                    if (words.size() < 3) {
                        throw new CommandFailure("put needs a key and a value, such as: put x 100");
                    }
                    if (words.size() > 3 && words.stream().noneMatch(word -> word.startsWith("-"))) {
                        throw new CommandFailure("put takes one value; one with spaces stands in quotes: put x 'a b'");
                    }
                    verb.accept(new ArrayList<>(words));
                }
                case "status", "get", "del" -> verb.accept(new ArrayList<>(words));
                default ->
                    output.say("unknown command '" + words.get(0) + "'. There are:" + System.lineSeparator() + HELP);
            }
        } catch (CommandFailure refused) {
            output.say(String.valueOf(refused.getMessage()));
        }
        return true;
    }

    private void restart(DemoMember member) {
        if (member.isRunning()) {
            member.kill();
            member.awaitEnd(3_000_000_000L);
        }
        member.start(launcher);
    }

    private DemoMember member(List<String> words) {
        if (words.size() == 2) {
            for (DemoMember member : members) {
                if (member.name().equals(words.get(1))) {
                    return member;
                }
            }
        }
        throw new CommandFailure(words.get(0) + " needs the name of a member: "
                + String.join(", ", members.stream().map(DemoMember::name).toList()));
    }
}
