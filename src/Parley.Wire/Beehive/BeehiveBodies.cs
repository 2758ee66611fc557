using System.Diagnostics.CodeAnalysis;
using Google.Protobuf;
using Parley.Wire.Beehive.Messages;

namespace Parley.Wire.Beehive;

/// <summary>
/// Makes and reads the bodies of packets (beehive §10). The factories take every required field, so that none is left out: clients reject
/// a message without one even when it would be 0 or "".
/// </summary>
public static partial class BeehiveBodies
{
    /// <summary>Reads a body.</summary>
    /// <param name="body">The body of a packet.</param>
    /// <param name="parser">The parser of the expected message, for instance <c>Online.Parser</c>.</param>
    /// <param name="message">The message with all required fields; it also keeps the unknown ones.</param>
    /// <returns>False when the bytes are no such message or a required field is missing: answer 20011 (§8.3).</returns>
    public static bool TryParse<T>(ReadOnlySpan<byte> body, MessageParser<T> parser, [NotNullWhen(true)] out T? message)
        where T : class, IMessage<T>
    {
        try
        {
            message = parser.ParseFrom(body);
        }
        catch (InvalidProtocolBufferException)
        {
            message = null;
            return false;
        }
        // Parsing from a span does not look for the required fields.
        if (message.IsInitialized())
            return true;
        message = null;
        return false;
    }

    /// <summary>Reads the remark of MARK-ADD, which comes as a number or as a text (§10.2).</summary>
    /// <param name="body">The body of a packet.</param>
    /// <param name="message">The message; a number is given as its decimal text.</param>
    /// <returns>False when the bytes are no such message or a required field is missing.</returns>
    public static bool TryParseMarkAdd(ReadOnlySpan<byte> body, [NotNullWhen(true)] out MarkAddText? message)
    {
        if (TryParse(body, Messages.MarkAddText.Parser, out message))
            return true;
        if (!TryParse(body, Messages.MarkAdd.Parser, out var number))
            return false;
        message = new MarkAddText { Suid = number.Suid, Duid = number.Duid, Mark = number.Mark.ToString() };
        return true;
    }
}
