package io.quorate.cli.demo;

import io.quorate.cli.common.CommandFailure;
import java.util.ArrayList;
import java.util.List;

/** A typed line as words, the way a shell takes it: quotes keep spaces together. */
final class Words {
    private Words() {}

    /** @throws CommandFailure when a quote does not end */
    static List<String> of(String line) {
        List<String> words = new ArrayList<>();
        StringBuilder word = new StringBuilder();
        boolean begun = false;
        char quote = 0;
        for (int at = 0; at < line.length(); at++) {
            char letter = line.charAt(at);
            if (quote != 0 ? letter == quote : letter == '\'' || letter == '"') {
                quote = quote == 0 ? letter : 0;
                begun = true;
            } else if (quote == 0 && Character.isWhitespace(letter)) {
                if (begun) {
                    words.add(word.toString());
                }
                word.setLength(0);
                begun = false;
            } else {
                word.append(letter);
                begun = true;
            }
        }
        if (quote != 0) {
            throw new CommandFailure("a quote " + quote + " does not end");
        }
        if (begun) {
            words.add(word.toString());
        }
        return words;
    }
}
