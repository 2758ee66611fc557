using System.Buffers;

namespace Parley.Wire.Gob;

/// <summary>
/// A request on the message gateway (openim §8.3). A field that is zero does not come at all, so "missing" and "empty" are the same; which
/// ones are required is the gateway's affair, as is the limit of a frame. The spans point into the frame; texts are by convention UTF-8
/// and are not checked.
/// </summary>
public ref struct GobRequest
{
    /// <summary>What is asked, openim §8.5.</summary>
    public int ReqIdentifier { get; private set; }

    /// <summary>A token; clients leave it empty.</summary>
    public ReadOnlySpan<byte> Token { get; private set; }

    /// <summary>The user that asks.</summary>
    public ReadOnlySpan<byte> SendId { get; private set; }

    /// <summary>For tracing; echoed.</summary>
    public ReadOnlySpan<byte> OperationId { get; private set; }

    /// <summary>Opaque; echoed. Answers are matched by it.</summary>
    public ReadOnlySpan<byte> MsgIncr { get; private set; }

    /// <summary>The inner protobuf message.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    // The message that describes GeneralWsReq, as the client library sends it.
    private static readonly byte[] Description =
    [
        0x66, 0xff, 0x81, 0x03, 0x01, 0x01, 0x0c, .. "GeneralWsReq"u8, 0x01, 0xff, 0x82, 0x00, 0x01, 0x06,
        0x01, 0x0d, .. "ReqIdentifier"u8, 0x01, 0x04, 0x00,
        0x01, 0x05, .. "Token"u8, 0x01, 0x0c, 0x00,
        0x01, 0x06, .. "SendID"u8, 0x01, 0x0c, 0x00,
        0x01, 0x0b, .. "OperationID"u8, 0x01, 0x0c, 0x00,
        0x01, 0x07, .. "MsgIncr"u8, 0x01, 0x0c, 0x00,
        0x01, 0x04, .. "Data"u8, 0x01, 0x0a, 0x00,
        0x00, 0x00,
    ];

    /// <summary>
    /// Reads a frame by the sender's own description, whatever the number and the name of its type and the order of its fields; unknown
    /// fields of built-in types are skipped. Takes any bytes and never throws.
    /// </summary>
    /// <returns>False for a decode error (§8.4); a known field of another type is one too. Answer 3001 with errCode 200, then close.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, out GobRequest request)
    {
        request = default;
        if (!GobStruct.TryOpen(frame, out var value))
            return false;
        var read = default(GobRequest);
        var step = GobStep.Field;
        while (step == GobStep.Field)
        {
            step = value.Next(out var field);
            if (step == GobStep.Field && !read.TryTake(field))
                return false;
        }
        if (step == GobStep.End)
            request = read;
        return step == GobStep.End;
    }

    /// <summary>Writes a request as the client library does; for peers of the server.</summary>
    public static void Write(
        IBufferWriter<byte> output, int reqIdentifier, ReadOnlySpan<byte> token, ReadOnlySpan<byte> sendId, ReadOnlySpan<byte> operationId,
        ReadOnlySpan<byte> msgIncr, ReadOnlySpan<byte> data)
    {
        var size = checked(
            GobWriter.SizeOfField(reqIdentifier) + GobWriter.SizeOfField(token) + GobWriter.SizeOfField(sendId)
            + GobWriter.SizeOfField(operationId) + GobWriter.SizeOfField(msgIncr) + GobWriter.SizeOfField(data));
        var writer = new GobWriter(output, Description, size);
        writer.Field(0, reqIdentifier);
        writer.Field(1, token);
        writer.Field(2, sendId);
        writer.Field(3, operationId);
        writer.Field(4, msgIncr);
        writer.Field(5, data);
        writer.End();
    }

    private bool TryTake(GobField field)
    {
        if (field.Name.SequenceEqual("ReqIdentifier"u8))
        {
            var isNumber = field.TryGet(out var number);
            ReqIdentifier = number;
            return isNumber;
        }
        var isData = field.Name.SequenceEqual("Data"u8);
        var isTaken = field.TryGet(isData ? GobType.Bytes : GobType.String, out var bytes);
        if (isData)
            Data = bytes;
        else if (field.Name.SequenceEqual("Token"u8))
            Token = bytes;
        else if (field.Name.SequenceEqual("SendID"u8))
            SendId = bytes;
        else if (field.Name.SequenceEqual("OperationID"u8))
            OperationId = bytes;
        else if (field.Name.SequenceEqual("MsgIncr"u8))
            MsgIncr = bytes;
        else
            isTaken = true;
        return isTaken;
    }
}
