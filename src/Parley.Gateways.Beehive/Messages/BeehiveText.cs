using System.Buffers;
using System.Buffers.Text;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using Parley.Core.Messaging;

namespace Parley.Gateways.Beehive.Messages;

/// <summary>
/// Between <c>text</c> and <c>data</c> here and body and attributes in the core (DESIGN §6): <c>data</c> is Base64 under the key
/// <c>data</c> of the attributes' JSON.
/// </summary>
internal static class BeehiveText
{
    private static ReadOnlySpan<byte> Before => "{\"data\":\""u8;

    private static ReadOnlySpan<byte> After => "\"}"u8;

    /// <summary>The attributes that carry these bytes; empty for none.</summary>
    public static byte[] AttributesOf(ByteString? data)
    {
        if (data is null || data.IsEmpty)
            return [];
        var attributes = new byte[Before.Length + Base64.GetMaxEncodedToUtf8Length(data.Length) + After.Length];
        Before.CopyTo(attributes);
        var status = Base64.EncodeToUtf8(data.Span, attributes.AsSpan(Before.Length), out _, out var written);
        System.Diagnostics.Debug.Assert(status == OperationStatus.Done);
        After.CopyTo(attributes.AsSpan(Before.Length + written));
        return attributes;
    }

    /// <summary>The longest that the attributes for so many bytes are.</summary>
    public static int AttributesLength(int dataLength) => Before.Length + Base64.GetMaxEncodedToUtf8Length(dataLength) + After.Length;

    /// <summary>What a message says in words; "" when it is bytes.</summary>
    public static string TextOf(Message message) => message.IsBinary ? "" : Encoding.UTF8.GetString(message.Body.Span);

    /// <summary>The bytes that go with a message; null when there are none.</summary>
    public static ByteString? DataOf(Message message)
    {
        if (message.IsBinary)
            return UnsafeByteOperations.UnsafeWrap(message.Body);
        return message.Attributes.IsEmpty ? null : Find(message.Attributes.Span);
    }

    /// <summary>Whether the bytes are text.</summary>
    public static bool IsText(ReadOnlySpan<byte> bytes) => System.Text.Unicode.Utf8.IsValid(bytes);

    private static ByteString? Find(ReadOnlySpan<byte> attributes)
    {
        if (!IsText(attributes))
            return null;
        var reader = new Utf8JsonReader(attributes);
        try
        {
            if (!reader.Read() || reader.TokenType != JsonTokenType.StartObject)
                return null;
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var isData = reader.ValueTextEquals("data"u8);
                reader.Read();
                if (isData)
                {
                    return reader.TokenType == JsonTokenType.String && reader.TryGetBytesFromBase64(out var data)
                        ? UnsafeByteOperations.UnsafeWrap(data) : null;
                }
                reader.Skip();
            }
        }
        catch (JsonException)
        {
            // attributes are free text, which need not be JSON
        }
        return null;
    }
}
