package io.quorate.raft.scenario;

import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One command line, taken apart.
 *
 * @param name the first word
 * @param words the others in order, quoted ones without their quotes
 * @param options the {@code name=value} words
 */
record Command(String name, List<String> words, Options options) {
    private static final Pattern WORD = Pattern.compile("\"([^\"]*)\"|(\\S+)");
    private static final Pattern OPTION = Pattern.compile("[a-zA-Z]+(\\.n[0-9]+)?=\\S*");

    static Command parse(String line) {
        List<String> words = new ArrayList<>();
        Options options = new Options();
        Matcher matcher = WORD.matcher(line);
        while (matcher.find()) {
            String quoted = matcher.group(1);
            String plain = matcher.group(2);
            if (quoted != null) {
                words.add(quoted);
            } else if (plain != null && OPTION.matcher(plain).matches()) {
                options.put(plain);
            } else if (plain != null) {
                words.add(plain);
            }
        }
        if (words.isEmpty()) {
            throw new IllegalArgumentException("a command begins with its name");
        }
        return new Command(words.get(0), words.subList(1, words.size()), options);
    }

    String word(int i, String what) {
        if (i >= words.size()) {
            throw new IllegalArgumentException(name + " wants " + what);
        }
        return words.get(i);
    }
}
