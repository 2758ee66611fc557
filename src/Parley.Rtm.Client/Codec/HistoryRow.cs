using System.Diagnostics.CodeAnalysis;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Rtm.Client.Codec;

/// <summary>The two shapes of history.</summary>
internal enum HistoryStyle
{
    Page,
    Window,
}

/// <summary>
/// One row of history: an array in the order of rtm-client.md §6.3 or §6.5, or a map with the names of its fields (§9.6). What is nil or
/// absent keeps its default.
/// </summary>
internal ref struct HistoryRow
{
    private const int SentByMe = 1;

    private long _id;
    private long _from;
    private long? _peer;
    private long _direction;
    private long _type;
    private long _fileType;
    private long _messageId;
    private bool _isDeleted;
    private ReadOnlySpan<byte> _content;
    private string? _attributes;
    private long _time;

    private enum Field
    {
        Id,
        From,
        Peer,
        Direction,
        Type,
        FileType,
        MessageId,
        Deleted,
        Content,
        Attributes,
        Time,
    }

    private static ReadOnlySpan<Field> PageFields =>
        [Field.Id, Field.From, Field.Type, Field.FileType, Field.MessageId, Field.Content, Field.Attributes, Field.Time];

    private static ReadOnlySpan<Field> PeerPageFields =>
        [Field.Id, Field.Peer, Field.Direction, Field.Type, Field.FileType, Field.MessageId, Field.Content, Field.Attributes, Field.Time];

    // the 2018 web SDK's eight elements, which some servers send (C-12)
    private static ReadOnlySpan<Field> ShortPeerPageFields =>
        [Field.Id, Field.Direction, Field.Type, Field.FileType, Field.MessageId, Field.Content, Field.Attributes, Field.Time];

    private static ReadOnlySpan<Field> WindowFields =>
        [Field.Id, Field.From, Field.Type, Field.MessageId, Field.Deleted, Field.Content, Field.Attributes, Field.Time];

    private static ReadOnlySpan<Field> PeerWindowFields =>
        [Field.Id, Field.Direction, Field.Type, Field.MessageId, Field.Deleted, Field.Content, Field.Attributes, Field.Time];

    /// <summary>Reads a row. On false the answer is not one of history.</summary>
    public static bool TryRead(
        ref MessagePackReader reader, HistoryStyle style, RtmConversation conversation, long me, [NotNullWhen(true)] out RtmMessage? message)
    {
        message = null;
        var row = default(HistoryRow);
        var isPair = conversation.Kind == RtmConversationKind.User;
        if (reader.TryReadArrayHeader(out var length))
        {
            if (!row.TryReadElements(ref reader, length, FieldsOf(style, isPair, length)))
                return false;
        }
        else if (!reader.TryReadMapHeader(out length) || !row.TryReadNamed(ref reader, length, isPair))
        {
            return false;
        }
        if (row._type is < 0 or > byte.MaxValue)
            return false;
        message = row.ToMessage(style, conversation, me);
        return true;
    }

    private static ReadOnlySpan<Field> FieldsOf(HistoryStyle style, bool isPair, int length) => (style, isPair) switch
    {
        (HistoryStyle.Window, true) => PeerWindowFields,
        (HistoryStyle.Window, false) => WindowFields,
        (_, false) => PageFields,
        _ => length >= PeerPageFields.Length ? PeerPageFields : ShortPeerPageFields,
    };

    // more elements than we know are skipped, fewer are no row
    private bool TryReadElements(ref MessagePackReader reader, int length, ReadOnlySpan<Field> fields)
    {
        if (length < fields.Length)
            return false;
        foreach (var field in fields)
        {
            if (!TryReadValue(ref reader, field))
                return false;
        }
        for (var i = fields.Length; i < length; i++)
        {
            if (!reader.TrySkip())
                return false;
        }
        return true;
    }

    private bool TryReadNamed(ref MessagePackReader reader, int count, bool isPair)
    {
        for (var i = 0; i < count; i++)
        {
            if (!FpnnValue.TryReadText(ref reader, out var name))
                return false;
            if (FieldOf(name) is not { } field)
            {
                if (!reader.TrySkip())
                    return false;
            }
            else if (!TryReadValue(ref reader, field))
            {
                return false;
            }
        }
        // a pair may name its sender in the place of a direction
        if (isPair && _direction == 0)
            _direction = -1;
        return true;
    }

    private static Field? FieldOf(ReadOnlySpan<byte> name)
    {
        if (name.SequenceEqual("id"u8))
            return Field.Id;
        if (name.SequenceEqual("from"u8))
            return Field.From;
        if (name.SequenceEqual("other_uid"u8))
            return Field.Peer;
        if (name.SequenceEqual("direction"u8))
            return Field.Direction;
        if (name.SequenceEqual("mtype"u8))
            return Field.Type;
        if (name.SequenceEqual("ftype"u8))
            return Field.FileType;
        if (name.SequenceEqual("mid"u8))
            return Field.MessageId;
        if (name.SequenceEqual("deleted"u8))
            return Field.Deleted;
        if (name.SequenceEqual("msg"u8))
            return Field.Content;
        if (name.SequenceEqual("attrs"u8))
            return Field.Attributes;
        return name.SequenceEqual("mtime"u8) ? Field.Time : null;
    }

    private bool TryReadValue(ref MessagePackReader reader, Field field)
    {
        if (reader.TryReadNil())
            return true;
        switch (field)
        {
            case Field.Id:
                return FpnnValue.TryReadInt64(ref reader, out _id);
            case Field.From:
                return FpnnValue.TryReadInt64(ref reader, out _from);
            case Field.Peer:
                var read = FpnnValue.TryReadInt64(ref reader, out var peer);
                _peer = peer;
                return read;
            case Field.Direction:
                return FpnnValue.TryReadInt64(ref reader, out _direction);
            case Field.Type:
                return FpnnValue.TryReadInt64(ref reader, out _type);
            case Field.FileType:
                return FpnnValue.TryReadInt64(ref reader, out _fileType);
            case Field.MessageId:
                return FpnnValue.TryReadInt64(ref reader, out _messageId);
            case Field.Deleted:
                return FpnnValue.TryReadBoolean(ref reader, out _isDeleted);
            case Field.Content:
                return reader.TryReadRaw(out _content, out _);
            case Field.Attributes:
                return FpnnValue.TryReadString(ref reader, out _attributes);
            case Field.Time:
                return FpnnValue.TryReadInt64(ref reader, out _time);
            default:
                throw new ArgumentOutOfRangeException(nameof(field), field, null);
        }
    }

    private readonly RtmMessage ToMessage(HistoryStyle style, RtmConversation conversation, long me)
    {
        var from = _from;
        if (conversation.Kind == RtmConversationKind.User && _direction >= 0)
            from = _direction == SentByMe ? me : _peer ?? conversation.Id;
        return new RtmMessage
        {
            Conversation = conversation,
            Id = _id,
            From = from,
            MessageId = _messageId,
            Type = (byte)_type,
            FileKind = style == HistoryStyle.Page ? MessageContent.KindOf(_fileType) : MessageContent.KindOfType((byte)_type),
            Text = MessageContent.TextOf(_content),
            Bytes = _content.ToArray(),
            Attributes = _attributes ?? "",
            Time = style == HistoryStyle.Page ? Moments.FromSeconds(_time) : Moments.FromMilliseconds(_time),
            IsDeleted = _isDeleted,
        };
    }
}
