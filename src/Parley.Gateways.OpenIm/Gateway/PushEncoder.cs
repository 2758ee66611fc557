using System.Runtime.CompilerServices;
using Parley.Core.Messaging;
using Parley.Gateways.OpenIm.Messages;
using Parley.Wire.OpenIm.Messages;

namespace Parley.Gateways.OpenIm.Gateway;

/// <summary>Encodes a message once for all sessions, as a <see cref="SharedMessage"/>.</summary>
internal sealed class PushEncoder(OpenImHost host) : MessageEncoder
{
    [ThreadStatic]
    private static Note? _lastNote;

    /// <summary>What is being made because a name was not at hand; an entry lives as long as its message.</summary>
    private readonly ConditionalWeakTable<Message, Task<byte[]>> _pending = [];

    /// <summary>The stored form of a <see cref="SharedMessage"/>; empty when names have to be looked up: see <see cref="EncodeAsync"/>.</summary>
    public override ReadOnlyMemory<byte> Encode(Message message)
    {
        var making = MakeAsync(message);
        if (making.IsCompletedSuccessfully)
            return making.Result;
        _pending.AddOrUpdate(message, making.AsTask());
        return default;
    }

    /// <summary>As <see cref="Encode"/>, with all names.</summary>
    public async ValueTask<SharedMessage> EncodeAsync(Message message) => SharedMessage.Of(
        _pending.TryGetValue(message, out var pending) ? await pending : await MakeAsync(message));

    /// <summary>A note. The sessions of those whom it is for are told one after another, and it is made once for them.</summary>
    public SharedMessage EncodeNote(ReadOnlyMemory<byte> note)
    {
        if (_lastNote is { } last && last.Source.Equals(note))
            return SharedMessage.Of(last.Shared);
        var shared = Make(host.Mapper.MapNote(note, new Viewer(0, ""), number: 0), note);
        _lastNote = new Note(note, shared);
        return SharedMessage.Of(shared);
    }

    /// <summary>As the sender sees it, with nobody's name where each receiver has its own (§6.1).</summary>
    private async ValueTask<byte[]> MakeAsync(Message message) =>
        Make(await host.Mapper.MapAsync(message, new Viewer(message.Sender, ""), number: 0), message.Envelope);

    private static byte[] Make(MsgData? data, ReadOnlyMemory<byte> envelope) =>
        data is null ? SharedMessage.Nothing : SharedMessage.Make(data, OpenImEnvelope.OperationIdOf(envelope).Span);

    private sealed record Note(ReadOnlyMemory<byte> Source, byte[] Shared);
}
