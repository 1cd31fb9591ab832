package io.quorate.cli.client;

import com.google.gson.Gson;
import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonElement;
import com.google.gson.JsonNull;
import com.google.gson.JsonObject;
import com.google.gson.JsonPrimitive;
import com.google.protobuf.ByteString;
import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import java.math.BigInteger;
import java.util.Base64;
import java.util.List;
import java.util.Locale;

/**
 * Messages as the JSON that etcdctl prints: proto field names, absent defaults left out, bytes in base64, 64-bit numbers as
 * numbers, and one more level for a oneof, named after it with a capital. Standard proto JSON differs in all of these.
 */
final class Json {
    private static final Gson COMPACT =
            new GsonBuilder().disableHtmlEscaping().serializeNulls().create();

    private Json() {}

    static String text(JsonElement element) {
        return COMPACT.toJson(element);
    }

    static JsonObject of(Message message) {
        JsonObject object = new JsonObject();
        for (FieldDescriptor field : message.getDescriptorForType().getFields()) {
            if (field.isRepeated() ? message.getRepeatedFieldCount(field) > 0 : isSet(message, field)) {
                target(object, field).add(field.getName(), value(message, field));
            }
        }
        return object;
    }

    /** An unsigned 64-bit number as such. */
    static JsonPrimitive unsigned(long value) {
        return new JsonPrimitive(new BigInteger(Long.toUnsignedString(value)));
    }

    /** A member's id in documents of our own: in hexadecimal, as a text; null for nobody. */
    static JsonElement id(long value) {
        return value == 0 ? JsonNull.INSTANCE : new JsonPrimitive(Long.toHexString(value));
    }

    private static boolean isSet(Message message, FieldDescriptor field) {
        return field.hasPresence()
                ? message.hasField(field)
                : !message.getField(field).equals(field.getDefaultValue());
    }

    private static JsonObject target(JsonObject object, FieldDescriptor field) {
        if (field.getRealContainingOneof() == null) {
            return object;
        }
        String name = field.getRealContainingOneof().getName();
        JsonObject level = new JsonObject();
        object.add(name.substring(0, 1).toUpperCase(Locale.ROOT) + name.substring(1), level);
        return level;
    }

    private static JsonElement value(Message message, FieldDescriptor field) {
        if (!field.isRepeated()) {
            return single(field, message.getField(field));
        }
        JsonArray array = new JsonArray();
        for (Object item : (List<?>) message.getField(field)) {
            array.add(single(field, item));
        }
        return array;
    }

    private static JsonElement single(FieldDescriptor field, Object value) {
        if (value instanceof Message message) {
            return of(message);
        }
        if (value instanceof ByteString bytes) {
            return new JsonPrimitive(Base64.getEncoder().encodeToString(bytes.toByteArray()));
        }
        if (value instanceof EnumValueDescriptor constant) {
            return new JsonPrimitive(constant.getNumber());
        }
        if (value instanceof Boolean flag) {
            return new JsonPrimitive(flag);
        }
        if (value instanceof Long number) {
            return field.getType() == FieldDescriptor.Type.UINT64 ? unsigned(number) : new JsonPrimitive(number);
        }
        if (value instanceof Integer number && field.getType() == FieldDescriptor.Type.UINT32) {
            return new JsonPrimitive(Integer.toUnsignedLong(number));
        }
        return value instanceof Number number ? new JsonPrimitive(number) : new JsonPrimitive(value.toString());
    }
}
