using Parley.Core.Sessions;
using Parley.Core.Translation;

namespace Parley.Core.Messaging;

/// <summary>Turns a message into one protocol's bytes. One instance per protocol and dialect; compared by reference.</summary>
public abstract class MessageEncoder
{
    /// <summary>The whole frame as it goes to every session of this dialect.</summary>
    public abstract ReadOnlyMemory<byte> Encode(Message message);
}

/// <summary>One message on its way to many sessions: it is encoded once per dialect, and the bytes are shared.</summary>
/// <remarks>Used by one lane, hence by one thread at a time.</remarks>
public sealed class MessageDelivery(Message message)
{
    private MessageEncoder? _firstEncoder;
    private ReadOnlyMemory<byte> _firstFrame;
    private List<(MessageEncoder Encoder, ReadOnlyMemory<byte> Frame)>? _others;

    /// <summary>The message.</summary>
    public Message Message { get; } = message;

    /// <summary>In a room, the sub-group of the sessions that it is handed to now.</summary>
    public int SubGroup { get; internal set; }

    /// <summary>How many sessions it was handed to.</summary>
    internal int Pushes { get; set; }

    /// <summary>Whether translations are collected.</summary>
    internal bool IsTranslated { get; init; }

    /// <summary>The translations that are to follow, one for each language; null when there are none.</summary>
    internal List<TranslationJob>? Translations { get; private set; }

    /// <summary>Has the message translated for a session that was just pushed it; "" = no language.</summary>
    internal void Translate(string language, Session session)
    {
        if (language.Length == 0)
            return;
        Translations ??= [];
        var job = Translations.Find(known => known.Language == language);
        if (job is null)
            Translations.Add(job = new TranslationJob(Message, language));
        job.Sessions.Add(session);
    }

    /// <summary>The frame of the given dialect.</summary>
    public ReadOnlyMemory<byte> FrameFor(MessageEncoder encoder)
    {
        if (ReferenceEquals(encoder, _firstEncoder))
            return _firstFrame;
        if (_firstEncoder is null)
        {
            _firstFrame = encoder.Encode(Message);
            _firstEncoder = encoder;
            return _firstFrame;
        }
        _others ??= [];
        foreach (var (other, frame) in _others)
        {
            if (ReferenceEquals(other, encoder))
                return frame;
        }
        var made = encoder.Encode(Message);
        _others.Add((encoder, made));
        return made;
    }
}
