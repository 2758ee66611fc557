using System.Buffers;

namespace Parley.Wire.Gob;

/// <summary>
/// An answer or a push of the message gateway (openim §8.3). The spans of one that was read point into the frame.
/// </summary>
public ref struct GobAnswer
{
    private const int TextBuffer = 256;

    private static readonly byte[] Description =
    [
        0x60, 0xff, 0x81, 0x03, 0x01, 0x01, 0x04, .. "Resp"u8, 0x01, 0xff, 0x82, 0x00, 0x01, 0x06,
        0x01, 0x0d, .. "ReqIdentifier"u8, 0x01, 0x04, 0x00,
        0x01, 0x07, .. "MsgIncr"u8, 0x01, 0x0c, 0x00,
        0x01, 0x0b, .. "OperationID"u8, 0x01, 0x0c, 0x00,
        0x01, 0x07, .. "ErrCode"u8, 0x01, 0x04, 0x00,
        0x01, 0x06, .. "ErrMsg"u8, 0x01, 0x0c, 0x00,
        0x01, 0x04, .. "Data"u8, 0x01, 0x0a, 0x00,
        0x00, 0x00,
    ];

    /// <summary>The identifier of the request, or 2001, 2002, 3001 (openim §8.5).</summary>
    public int ReqIdentifier { get; private set; }

    /// <summary>Echoed; empty in pushes.</summary>
    public ReadOnlySpan<byte> MsgIncr { get; private set; }

    /// <summary>Echoed; in pushes that of the request that caused it.</summary>
    public ReadOnlySpan<byte> OperationId { get; private set; }

    /// <summary>0, or a code of openim §1.6.</summary>
    public int ErrCode { get; private set; }

    /// <summary>Text of the error.</summary>
    public ReadOnlySpan<byte> ErrMsg { get; private set; }

    /// <summary>The inner protobuf message.</summary>
    public ReadOnlySpan<byte> Data { get; private set; }

    /// <summary>The 97 bytes with which every frame of the server begins: the description of Resp.</summary>
    public static ReadOnlySpan<byte> Prefix => Description;

    /// <summary>Writes a frame with the texts as they came in the request, in UTF-8.</summary>
    /// <param name="output">Where the frame goes.</param>
    /// <param name="reqIdentifier">What is answered or pushed.</param>
    /// <param name="msgIncr">Of the request; empty in pushes.</param>
    /// <param name="operationId">Of the request.</param>
    /// <param name="errCode">0, or a code of openim §1.6.</param>
    /// <param name="errMsg">Text of the error; empty on success.</param>
    /// <param name="data">The inner protobuf message.</param>
    public static void Write(
        IBufferWriter<byte> output, int reqIdentifier, ReadOnlySpan<byte> msgIncr, ReadOnlySpan<byte> operationId, int errCode,
        ReadOnlySpan<byte> errMsg, ReadOnlySpan<byte> data)
    {
        var size = checked(
            GobWriter.SizeOfField(reqIdentifier) + GobWriter.SizeOfField(msgIncr) + GobWriter.SizeOfField(operationId)
            + GobWriter.SizeOfField(errCode) + GobWriter.SizeOfField(errMsg) + GobWriter.SizeOfField(data));
        var writer = new GobWriter(output, Description, size);
        writer.Field(0, reqIdentifier);
        writer.Field(1, msgIncr);
        writer.Field(2, operationId);
        writer.Field(3, errCode);
        writer.Field(4, errMsg);
        writer.Field(5, data);
        writer.End();
    }

    /// <summary>Writes a frame. Parameters as in the other overload.</summary>
    public static void Write(
        IBufferWriter<byte> output, int reqIdentifier, string msgIncr, string operationId, int errCode, string errMsg,
        ReadOnlySpan<byte> data)
    {
        Span<byte> first = stackalloc byte[TextBuffer];
        Span<byte> second = stackalloc byte[TextBuffer];
        Span<byte> third = stackalloc byte[TextBuffer];
        Write(
            output, reqIdentifier, GobWriter.Utf8(msgIncr, first), GobWriter.Utf8(operationId, second), errCode,
            GobWriter.Utf8(errMsg, third), data);
    }

    /// <summary>Reads a frame of a server; for peers of the server. As forgiving and as safe as <see cref="GobRequest.TryRead"/>.</summary>
    /// <returns>False for a decode error.</returns>
    public static bool TryRead(ReadOnlySpan<byte> frame, out GobAnswer answer)
    {
        answer = default;
        if (!GobStruct.TryOpen(frame, out var value))
            return false;
        var read = default(GobAnswer);
        var step = GobStep.Field;
        while (step == GobStep.Field)
        {
            step = value.Next(out var field);
            if (step == GobStep.Field && !read.TryTake(field))
                return false;
        }
        if (step == GobStep.End)
            answer = read;
        return step == GobStep.End;
    }

    private bool TryTake(GobField field)
    {
        var isCode = field.Name.SequenceEqual("ErrCode"u8);
        if (isCode || field.Name.SequenceEqual("ReqIdentifier"u8))
        {
            var isNumber = field.TryGet(out var number);
            if (isCode)
                ErrCode = number;
            else
                ReqIdentifier = number;
            return isNumber;
        }
        var isData = field.Name.SequenceEqual("Data"u8);
        var isTaken = field.TryGet(isData ? GobType.Bytes : GobType.String, out var bytes);
        if (isData)
            Data = bytes;
        else if (field.Name.SequenceEqual("MsgIncr"u8))
            MsgIncr = bytes;
        else if (field.Name.SequenceEqual("OperationID"u8))
            OperationId = bytes;
        else if (field.Name.SequenceEqual("ErrMsg"u8))
            ErrMsg = bytes;
        else
            isTaken = true;
        return isTaken;
    }
}
