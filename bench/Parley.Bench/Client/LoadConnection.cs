using System.Net;
using Parley.Bench.Serving;
using Parley.Wire.Fpnn;

namespace Parley.Bench.Client;

/// <summary>
/// One connection to the client gate. Quests of the server are answered at once with an empty map, as clients do.
/// </summary>
internal abstract class LoadConnection(int receiveBytes) : LoadSocket(receiveBytes)
{
    /// <summary>Sequence numbers of load are below this; the one call of <see cref="LoadSocket.CallAsync"/> has it.</summary>
    public const uint CallSequence = 0x3fff_ffff;

    private const int MaxPackage = FpnnFraming.DefaultMaxPackageLength;

    public override IPEndPoint DoorOf(ServerTarget target) => target.Gate;

    public override async Task LogInAsync(ServerTarget target, long user, CancellationToken cancellationToken)
    {
        if (!Frames.IsOk(await CallAsync(Frames.Auth(CallSequence, target.ProjectId, user, target.Tokens[user]), cancellationToken)))
            throw new BenchException($"the server does not let user {user} in");
    }

    /// <summary>An answer to a quest of this side. Inside the gate.</summary>
    protected virtual void OnAnswer(in FpnnPackage answer, long now)
    {
    }

    /// <summary>A quest of the server other than <c>ping</c>; its receipt is written already. Inside the gate.</summary>
    protected virtual void OnPush(in FpnnPackage push, long now)
    {
    }

    protected override int Take(ReadOnlySpan<byte> received, long now)
    {
        var rest = received;
        while (true)
        {
            var status = FpnnFraming.TryRead(rest, MaxPackage, out var package, out var consumed, out var error);
            if (status == FpnnReadStatus.Invalid)
                throw new BenchException($"the server sent no package: {error}");
            if (status == FpnnReadStatus.NeedMore)
                return received.Length - rest.Length;
            Handle(package, now);
            rest = rest[consumed..];
        }
    }

    private void Handle(in FpnnPackage package, long now)
    {
        if (package.Type == FpnnMessageType.Answer)
        {
            if (package.SequenceNumber == CallSequence)
                EndCall(package.Payload, package.IsError ? Frames.ErrorText(package.Payload) : null);
            else
                OnAnswer(package, now);
            return;
        }
        if (package.Type == FpnnMessageType.TwoWayQuest)
            Frames.Receipt(Reserve(Frames.ReceiptLength), package.SequenceNumber);
        if (!package.Method.SequenceEqual("ping"u8))
            OnPush(package, now);
    }
}
