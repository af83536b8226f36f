"""Ask the real AWS what the local AWS was made to answer: scenarios, each with the answer that is expected."""
