namespace Parley.Outgoing;

/// <summary>A setting of an outgoing service cannot be used; the message is one clear line that names it and holds no secret.</summary>
public sealed class OutgoingSettingsException : Exception
{
    /// <summary>Makes the exception.</summary>
    public OutgoingSettingsException(string message) : base(message)
    {
    }

    /// <summary>Makes the exception with its cause.</summary>
    public OutgoingSettingsException(string message, Exception? innerException) : base(message, innerException)
    {
    }

    /// <summary>Makes the exception.</summary>
    public OutgoingSettingsException()
    {
    }
}
