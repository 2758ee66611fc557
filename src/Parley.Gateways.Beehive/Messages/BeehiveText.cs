using System.Buffers;
using System.Buffers.Text;
using System.Text.Json;
using System.Text.Unicode;
using Parley.Core.Messaging;

namespace Parley.Gateways.Beehive.Messages;

/// <summary>
/// Between <c>data</c> here and the attributes in the core (DESIGN §6): Base64 under the key <c>data</c> of the attributes' JSON.
/// </summary>
internal static class BeehiveText
{
    private static ReadOnlySpan<byte> Before => "{\"data\":\""u8;

    private static ReadOnlySpan<byte> After => "\"}"u8;

    /// <summary>The attributes that carry these bytes; none for none.</summary>
    public static byte[] AttributesOf(ReadOnlySpan<byte> data)
    {
        if (data.IsEmpty)
            return [];
        var attributes = new byte[AttributesLength(data.Length)];
        Before.CopyTo(attributes);
        var status = Base64.EncodeToUtf8(data, attributes.AsSpan(Before.Length), out _, out var written);
        System.Diagnostics.Debug.Assert(status == OperationStatus.Done);
        After.CopyTo(attributes.AsSpan(Before.Length + written));
        return attributes;
    }

    /// <summary>How long the attributes for so many bytes are.</summary>
    public static int AttributesLength(int dataLength) => Before.Length + Base64.GetMaxEncodedToUtf8Length(dataLength) + After.Length;

    /// <summary>The bytes that go with a message; empty when there are none.</summary>
    public static ReadOnlyMemory<byte> DataOf(Message message)
    {
        var attributes = message.Attributes.Span;
        if (attributes.IsEmpty || !Utf8.IsValid(attributes))
            return default;
        var reader = new Utf8JsonReader(attributes);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return default;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isData = reader.ValueTextEquals("data"u8);
                reader.Read();
                if (isData)
                    return reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var data) ? data : default;
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // attributes are free text, which need not be JSON
        }
        return default;
    }
}
