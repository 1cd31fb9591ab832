package io.quorate.cli.client;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** Rows in a frame of plus, minus and bar, headings centred, as etcdctl draws them. */
final class Table {
    private final List<String> headings;
    private final List<List<String>> rows = new ArrayList<>();

    Table(String... headings) {
        this.headings = List.of(headings);
    }

    void row(Object... cells) {
        List<String> row = new ArrayList<>();
        for (Object cell : cells) {
            row.add(String.valueOf(cell));
        }
        rows.add(row);
    }

    void print(PrintWriter out) {
        int[] widths = new int[headings.size()];
        for (int column = 0; column < widths.length; column++) {
            widths[column] = headings.get(column).length();
            for (List<String> row : rows) {
                widths[column] = Math.max(widths[column], row.get(column).length());
            }
        }
        rule(out, widths);
        line(out, widths, headings, true);
        rule(out, widths);
        rows.forEach(row -> line(out, widths, row, false));
        rule(out, widths);
    }

    private static void rule(PrintWriter out, int[] widths) {
        StringBuilder line = new StringBuilder("+");
        for (int width : widths) {
            line.append("-".repeat(width + 2)).append('+');
        }
        out.println(line);
    }

    private static void line(PrintWriter out, int[] widths, List<String> cells, boolean centred) {
        StringBuilder line = new StringBuilder("|");
        for (int column = 0; column < widths.length; column++) {
            String cell = cells.get(column);
            int room = widths[column] - cell.length();
            int left = centred ? room / 2 : isRightAligned(cell) ? room : 0;
            line.append(' ')
                    .append(" ".repeat(left))
                    .append(cell)
                    .append(" ".repeat(room - left))
                    .append(" |");
        }
        out.println(line);
    }

    /** Numbers and truth values stand at the right edge. */
    private static boolean isRightAligned(String cell) {
        return cell.equals("true") || cell.equals("false") || cell.matches("[0-9.]+( [kMG]?B|ms|s)?");
    }

    /** For tests. */
    List<List<String>> rows() {
        return Collections.unmodifiableList(rows);
    }
}
