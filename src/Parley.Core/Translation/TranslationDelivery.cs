using Parley.Core.Messaging;

namespace Parley.Core.Translation;

/// <summary>Turns a translation into one protocol's bytes. One instance per protocol and dialect; compared by reference.</summary>
public abstract class TranslationEncoder
{
    /// <summary>The whole frame as it goes to every session of this dialect.</summary>
    public abstract ReadOnlyMemory<byte> Encode(TranslationDelivery translation);
}

/// <summary>The translation of a message on its way to the sessions of those who read its language.</summary>
/// <remarks>Used by one thread at a time.</remarks>
public sealed class TranslationDelivery(Message message, long translationId, string text)
{
    private TranslationEncoder? _encoder;
    private ReadOnlyMemory<byte> _frame;

    /// <summary>The original.</summary>
    public Message Message { get; } = message;

    /// <summary>A number that the server gave the translation; unlike any <c>mid</c> of the sender.</summary>
    public long TranslationId { get; } = translationId;

    /// <summary>The translated text.</summary>
    public string Text { get; } = text;

    /// <summary>The frame of the given dialect.</summary>
    public ReadOnlyMemory<byte> FrameFor(TranslationEncoder encoder)
    {
        if (!ReferenceEquals(encoder, _encoder))
        {
            _frame = encoder.Encode(this);
            _encoder = encoder;
        }
        return _frame;
    }
}
