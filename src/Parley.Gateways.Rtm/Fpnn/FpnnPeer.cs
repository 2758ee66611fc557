using System.Net;
using Parley.Gateways.Connections;
using Parley.Wire.Fpnn;
using Parley.Wire.MessagePack;

namespace Parley.Gateways.Rtm.Fpnn;

/// <summary>Whoever sent us FPNN quests: over TCP, over a WebSocket, or in one HTTP request.</summary>
internal abstract class FpnnPeer(FpnnDoor door, EndPoint? remote)
{
    public FpnnDoor Door { get; } = door;

    /// <summary>The peer's address, <c>ip:port</c>.</summary>
    public string Endpoint { get; } = remote?.ToString() ?? "";

    /// <summary>Whether the built-in methods for operators may be called: loopback, private and link-local addresses (fpnn.md §4.3).</summary>
    public bool IsPrivate { get; } = remote is IPEndPoint ip && PrivateAddress.Contains(ip.Address);

    /// <summary>Whether nobody on the way can read along: FPNN encryption or TLS.</summary>
    public virtual bool IsEncrypted => false;

    /// <summary>Whether the peer stays connected, so that it can log in and be pushed to.</summary>
    public abstract bool IsConnected { get; }

    /// <summary>Whether the peer has sent an FPNN package; one that has not may yet turn out to speak HTTP.</summary>
    public virtual bool HasSpoken => true;

    /// <summary>What the gate keeps about a peer that has logged in.</summary>
    public ClientGate.RtmSession? Session { get; set; }

    /// <summary>What the gate keeps about a back end's connection that listens.</summary>
    public ServerGate.BackEndConnection? BackEnd { get; set; }

    /// <summary>When a gate that pings all its peers pings this one next; 0 = not decided yet.</summary>
    public long NextPing { get; set; }

    /// <summary>True from the moment a login is being checked, so that a second one is refused.</summary>
    public bool IsAuthenticating { get; set; }

    /// <summary>Sends a whole package; the bytes are copied before this returns.</summary>
    public abstract void Send(ReadOnlySpan<byte> package);

    /// <summary>Sends a whole package whose bytes are shared and never change.</summary>
    public abstract void Send(ReadOnlyMemory<byte> package);

    /// <summary>Ends the connection at once. Only the first reason counts.</summary>
    public abstract void Break(CloseReason reason);

    /// <summary>Ends the connection when what was sent has been flushed.</summary>
    public abstract void CloseAfterFlush(CloseReason reason);

    /// <summary>Sends an error answer.</summary>
    public void SendError(uint sequence, FpnnEncoding encoding, int code, string text, string? raiser = null)
    {
        using var package = new PooledBufferWriter();
        FpnnWriter.WriteError(package, sequence, code, text, encoding, raiser);
        Send(package.WrittenSpan);
    }

    /// <summary>Sends an answer whose payload is turned into JSON.</summary>
    public void SendAsJson(uint sequence, ReadOnlySpan<byte> messagePack)
    {
        using var json = new PooledBufferWriter();
        FpnnJson.FromMessagePack(messagePack, json);
        using var package = new PooledBufferWriter();
        FpnnWriter.WriteAnswer(package, sequence, json.WrittenSpan, FpnnEncoding.Json);
        Send(package.WrittenSpan);
    }
}
