namespace EdgeRetail.EdgeAgent.Enrolment;

/// <summary>What came of reading an enrolment file.</summary>
public abstract record EnrolmentReading
{
    EnrolmentReading()
    {
    }

    public sealed record Accepted(DeviceEnrolment Enrolment) : EnrolmentReading;

    public sealed record Refused(string Code, string Message, string NextStep) : EnrolmentReading;
}
