using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Wire.OpenIm;

/// <summary>Reads what an envelope holds, and makes the content of notifications (openim §7.1, §8.6).</summary>
public static class OpenImBodies
{
    /// <summary>Reads the Data of a request.</summary>
    /// <param name="data">The bytes; empty is the message with nothing set.</param>
    /// <param name="parser">The parser of the expected message, for instance <c>MsgData.Parser</c>.</param>
    /// <param name="message">The message; it also keeps the unknown fields.</param>
    /// <returns>False when the bytes are no such message: answer 203.</returns>
    public static bool TryParse<T>(ReadOnlySpan<byte> data, MessageParser<T> parser, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>
    {
        try
        {
            message = parser.ParseFrom(data);
            return true;
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
    }

    /// <summary>Makes the content of a notification.</summary>
    /// <param name="tips">One of the tips messages of openim §7.4.</param>
    /// <param name="defaultTips">One sentence for people.</param>
    public static TipsComm Tips(IMessage tips, string defaultTips) =>
        new() { Detail = tips.ToByteString(), DefaultTips = defaultTips, JsonDetail = JsonOf(tips) };

    /// <summary>JSON of a tips message: zero fields left out, 64-bit integers as strings, the names of openim §7.4.</summary>
    public static string JsonOf(IMessage tips) => JsonFormatter.Default.Format(tips);
}
