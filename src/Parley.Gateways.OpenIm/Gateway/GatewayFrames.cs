using System.Text;
using Parley.Wire.Gob;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>What the server says without being asked (openim.md §8.5).</summary>
internal static class GatewayFrames
{
    private const int Push = 2001;
    private const int Kicked = 2002;
    private const int Undecodable = 3001;
    private const int DecodeFailed = 200;

    [ThreadStatic]
    private static PooledBufferWriter? _data;

    [ThreadStatic]
    private static PooledBufferWriter? _frame;

    /// <summary>2002: the user has come from elsewhere, or was sent away.</summary>
    public static ReadOnlyMemory<byte> KickedOffline { get; } =
        Make(Kicked, OpenImFailures.TokenInvalid, OpenImFailures.TextOf(OpenImFailures.TokenInvalid));

    /// <summary>3001: a request could not be decoded.</summary>
    public static ReadOnlyMemory<byte> NotDecoded { get; } = Make(Undecodable, DecodeFailed, "the request cannot be decoded");

    /// <summary>2001: a message for one user.</summary>
    /// <param name="message">The message.</param>
    /// <param name="member">The ID of the user who gets it, in UTF-8.</param>
    /// <param name="seq">Its number in the inbox of that user; 0 = not stored.</param>
    public static byte[] PushOf(in SharedMessage message, ReadOnlySpan<byte> member, uint seq)
    {
        var data = _data ??= new PooledBufferWriter(1024);
        var frame = _frame ??= new PooledBufferWriter(1024);
        data.Clear();
        frame.Clear();
        message.WriteTo(data, member, seq);
        GobAnswer.Write(frame, Push, default, message.OperationId, errCode: 0, default, data.WrittenSpan);
        return frame.WrittenSpan.ToArray();
    }

    /// <summary>The answer to a request.</summary>
    /// <param name="identifier">ReqIdentifier of the request.</param>
    /// <param name="msgIncr">MsgIncr of the request.</param>
    /// <param name="operationId">OperationID of the request.</param>
    /// <param name="code">0, or a code of openim.md §1.6.</param>
    /// <param name="text">Text of the error; empty on success.</param>
    /// <param name="data">The inner message.</param>
    public static byte[] AnswerOf(
        int identifier, ReadOnlySpan<byte> msgIncr, ReadOnlySpan<byte> operationId, int code, string text, ReadOnlySpan<byte> data)
    {
        var frame = _frame ??= new PooledBufferWriter(1024);
        frame.Clear();
        GobAnswer.Write(frame, identifier, msgIncr, operationId, code, Encoding.UTF8.GetBytes(text), data);
        return frame.WrittenSpan.ToArray();
    }

    private static byte[] Make(int identifier, int code, string text)
    {
        using var frame = new PooledBufferWriter();
        GobAnswer.Write(frame, identifier, "", "", code, text, default);
        return frame.WrittenSpan.ToArray();
    }
}
