using Parley.Core.Listening;
using Parley.Core.Messaging;
using Parley.Core.Projects;
using Parley.Gateways.Rtm.Fpnn;

namespace Parley.Gateways.Rtm.ServerGate;

/// <summary>A back end's connection that listens to one project (rtm-server.md §6).</summary>
internal sealed class RtmListener(long projectId, FpnnPeer peer, BackEndConnection connection, GateAddresses addresses)
    : Listener(projectId, peer)
{
    private ListenerPushEncoder _encoder = ListenerPushEncoder.Urls;

    /// <summary>Files are shown in the form of the newest listen quest (rule S-11), unless the project says which.</summary>
    public void ShowFiles(FileForm form, bool isNewSdk)
    {
        var asJson = form == FileForm.Json || (form == FileForm.Auto && isNewSdk);
        Volatile.Write(ref _encoder, asJson ? ListenerPushEncoder.Json : ListenerPushEncoder.Urls);
    }

    public override void OnMessage(MessageDelivery delivery) => connection.Push(delivery.FrameFor(Volatile.Read(ref _encoder)));

    public override void OnEvent(ListenerEvent told) =>
        connection.Push(ListenerPushEncoder.EncodeEvent(told, addresses.Find(told.Session.Door)));
}
