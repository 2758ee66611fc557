using System.Buffers;
using Google.Protobuf;

namespace Parley.Wire.Beehive;

/// <summary>Writes whole packets (beehive §8). The length in the header is set from the body.</summary>
public static class BeehiveWriter
{
    /// <summary>Writes a packet whose body is encoded already, as in a fan-out where the headers differ and the body does not.</summary>
    /// <param name="output">Where the packet goes.</param>
    /// <param name="generation">What the connection speaks.</param>
    /// <param name="header">The header; its length does not matter.</param>
    /// <param name="body">The body, at most <see cref="BeehiveHeader.MaxSentBodyLength"/> bytes by the caller's care.</param>
    /// <returns>False when the command does not exist in this generation; nothing is written then.</returns>
    public static bool TryWrite(
        IBufferWriter<byte> output, BeehiveGeneration generation, in BeehiveHeader header, ReadOnlySpan<byte> body)
    {
        if (!TryWriteHeader(output, generation, header, body.Length))
            return false;
        output.Write(body);
        return true;
    }

    /// <summary>Writes a packet with a message as its body. For no body give an empty span.</summary>
    /// <param name="output">Where the packet goes.</param>
    /// <param name="generation">What the connection speaks.</param>
    /// <param name="header">The header; its length does not matter.</param>
    /// <param name="body">The message of the command in this generation, from <see cref="BeehiveBodies"/>.</param>
    /// <returns>False when the command does not exist in this generation; nothing is written then.</returns>
    public static bool TryWrite(IBufferWriter<byte> output, BeehiveGeneration generation, in BeehiveHeader header, IMessage body)
    {
        if (!TryWriteHeader(output, generation, header, body.CalculateSize()))
            return false;
        body.WriteTo(output);
        return true;
    }

    private static bool TryWriteHeader(IBufferWriter<byte> output, BeehiveGeneration generation, in BeehiveHeader header, int bodyLength)
    {
        var length = BeehiveHeader.LengthOf(generation);
        if (!(header with { Length = (uint)bodyLength }).TryWrite(output.GetSpan(length), generation))
            return false;
        output.Advance(length);
        return true;
    }
}
