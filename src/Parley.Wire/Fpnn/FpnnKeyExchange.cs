using System.Buffers;
using Parley.Wire.MessagePack;

namespace Parley.Wire.Fpnn;

/// <summary>
/// Reads and writes the <c>*key</c> quest (fpnn §5.1). It must be the first package of a connection, which the caller checks.
/// </summary>
public static class FpnnKeyExchange
{
    private const int DefaultBits = 128;

    /// <summary>Reads a <c>*key</c> quest.</summary>
    /// <returns>
    /// False when the package is not a two-way MessagePack quest of that name, has no <c>publicKey</c> as STR or BIN, or asks for bits
    /// other than 128 and 256: the connection is to be closed without an answer. A <c>streamMode</c> that is not a bool counts as false.
    /// </returns>
    public static bool TryParse(in FpnnPackage package, out FpnnKeyRequest request)
    {
        request = default;
        if (package.Type != FpnnMessageType.TwoWayQuest
            || package.Encoding != FpnnEncoding.MessagePack
            || !package.Method.SequenceEqual(FpnnBuiltIn.Key)
            || !FpnnParameters.TryParse(package.Payload, out var parameters))
        {
            return false;
        }

        var publicKey = parameters.Bytes("publicKey"u8);
        var bits = parameters.Int32OrDefault("bits"u8, DefaultBits);
        if (parameters.Failed || bits is not (128 or 256))
            return false;
        var streamMode = parameters.TryGetRaw("streamMode"u8, out var encoded) && encoded[0] == 0xc3;
        request = new FpnnKeyRequest(package.SequenceNumber, publicKey, streamMode, bits);
        return true;
    }

    /// <summary>Writes a <c>*key</c> quest; everything the client sends afterwards is encrypted.</summary>
    /// <param name="writer">Receives the package.</param>
    /// <param name="sequenceNumber">Of the quest.</param>
    /// <param name="publicKey">The client's X‖Y.</param>
    /// <param name="streamMode">True for stream mode, false for package mode.</param>
    /// <param name="bits">128 or 256.</param>
    /// <param name="asBinary">Whether the key goes as BIN, as Go, Java, Node and Python send it, or as STR, as C++ does.</param>
    public static void WriteQuest(
        IBufferWriter<byte> writer, uint sequenceNumber, ReadOnlySpan<byte> publicKey, bool streamMode, int bits, bool asBinary = true)
    {
        if (bits is not (128 or 256))
            throw new ArgumentException("The key has 128 or 256 bits.", nameof(bits));
        using var payload = new PooledBufferWriter();
        var pack = new MessagePackWriter(payload);
        pack.WriteMapHeader(3);
        pack.WriteString("publicKey"u8);
        if (asBinary)
            pack.WriteBinary(publicKey);
        else
            pack.WriteString(publicKey);
        pack.WriteString("streamMode"u8);
        pack.Write(streamMode);
        pack.WriteString("bits"u8);
        pack.Write(bits);
        pack.Flush();
        FpnnWriter.WriteQuest(writer, FpnnMessageType.TwoWayQuest, sequenceNumber, FpnnBuiltIn.Key, payload.WrittenSpan);
    }
}
