package io.quorate.bench.report;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;

/** Reports as JSON, and back: a table can be written again from the raw figures. */
public final class Json {
    private static final Gson GSON =
            new GsonBuilder().setPrettyPrinting().disableHtmlEscaping().create();

    private Json() {}

    public static String write(Object report) {
        return GSON.toJson(report);
    }

    public static <T> T read(String json, Class<T> type) {
        return GSON.fromJson(json, type);
    }
}
