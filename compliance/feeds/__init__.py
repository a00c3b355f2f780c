"""The calendar feed of a person: the deadlines that they see, for the calendar that they use anyway."""
