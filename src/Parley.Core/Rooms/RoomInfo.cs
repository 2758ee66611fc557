namespace Parley.Core.Rooms;

/// <summary>Texts about a room.</summary>
/// <param name="OpenInfo">Text that everyone may read.</param>
/// <param name="PrivateInfo">Text that those inside may read.</param>
public readonly record struct RoomInfo(string OpenInfo, string PrivateInfo);
