package io.quorate.cli.differential;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.grpc.Status;
import io.grpc.Status.Code;
import io.quorate.etcd.etcdserverpb.ResponseHeader;
import io.quorate.server.rpc.EtcdError;
import org.jspecify.annotations.Nullable;

/**
 * What came back for a request, without what may differ between two clusters that did the same: cluster id, member id and
 * term in the answer's own header. The headers of nested answers stay as they are.
 *
 * @param message null for an error
 * @param text the error's; empty if there is none
 */
record Answer(@Nullable Message message, Code code, String text) {
    static Answer of(Message message) {
        FieldDescriptor field = message.getDescriptorForType().findFieldByName("header");
        ResponseHeader header = (ResponseHeader) message.getField(field);
        boolean isWhole = header.getClusterId() != 0 && header.getMemberId() != 0 && header.getRaftTerm() != 0;
        if (!isWhole) {
            throw new AssertionError("a header without who answered and when: " + text(message));
        }
        ResponseHeader masked = header.toBuilder()
                .clearClusterId()
                .clearMemberId()
                .clearRaftTerm()
                .build();
        return new Answer(message.toBuilder().setField(field, masked).build(), Code.OK, "");
    }

    static Answer of(Status error) {
        String text = error.getDescription();
        return new Answer(null, error.getCode(), text == null ? "" : text);
    }

    static Answer of(EtcdError error) {
        return of(error.status());
    }

    boolean isOk() {
        return message != null;
    }

    /** Of the store; 0 for an error. */
    long revision() {
        if (message == null) {
            return 0;
        }
        FieldDescriptor field = message.getDescriptorForType().findFieldByName("header");
        return ((ResponseHeader) message.getField(field)).getRevision();
    }

    /** The message in protobuf's text form, on one line; a long one is cut. */
    static String text(Message message) {
        String text = TextFormat.printer().printToString(message).replaceAll("\n *", " ");
        String name = message.getDescriptorForType().getName();
        return name + " { " + (text.length() > 20_000 ? text.substring(0, 20_000) + " …" : text) + "}";
    }

    @Override
    public String toString() {
        return message == null ? code + " '" + text + "'" : text(message);
    }
}
