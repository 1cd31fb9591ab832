package io.quorate.cli.differential;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** Which fields of the requests, those within them included, were ever sent with a value. */
final class FieldCoverage {
    private final Set<String> set = new TreeSet<>();

    void add(Message message) {
        message.getAllFields().forEach((field, value) -> {
            set.add(name(field));
            Collection<?> values = value instanceof List<?> list ? list : List.of(value);
            values.stream()
                    .filter(Message.class::isInstance)
                    .map(Message.class::cast)
                    .forEach(this::add);
        });
    }

    /** Fields of these messages that never had a value. */
    Set<String> missing(Descriptor... requests) {
        Set<String> all = new TreeSet<>();
        for (Descriptor request : requests) {
            collect(request, all);
        }
        all.removeAll(set);
        return all;
    }

    private static void collect(Descriptor message, Set<String> all) {
        for (FieldDescriptor field : message.getFields()) {
            if (all.add(name(field)) && field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
                collect(field.getMessageType(), all);
            }
        }
    }

    private static String name(FieldDescriptor field) {
        return field.getContainingType().getName() + "." + field.getName();
    }
}
