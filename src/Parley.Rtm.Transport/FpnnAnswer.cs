using Parley.Wire.Fpnn;

namespace Parley.Rtm.Transport;

/// <summary>The successful answer to a quest. It owns its bytes.</summary>
public sealed class FpnnAnswer
{
    internal FpnnAnswer(ReadOnlyMemory<byte> payload)
    {
        Payload = payload;
    }

    /// <summary>The payload as MessagePack, also when the server answered in JSON.</summary>
    public ReadOnlyMemory<byte> Payload { get; }

    /// <summary>Opens the map for lookups by key. Whoever uses required lookups looks at <c>Failed</c> afterwards.</summary>
    /// <exception cref="FpnnException">10003: the payload is no well-formed map.</exception>
    public FpnnParameters Read() =>
        FpnnParameters.TryParse(Payload.Span, out var parameters)
            ? parameters
            : throw new FpnnException(FpnnErrorCode.InvalidPackage, "the answer is not a map");
}
